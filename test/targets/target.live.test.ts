import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, vi } from "vitest";
import type { Staged } from "../../src/diagnostics/index.ts";
import { localLabels } from "../../src/render/index.ts";
import { defaultTiming, type Target, type Timing } from "../../src/targets/index.ts";
import { openKubernetes } from "../../src/targets/kubernetes/target.ts";
import { openLocal } from "../../src/targets/local/target.ts";
import { foundOf, hasEngine, liveDocker, stackName, sweep } from "../live/docker.ts";
import { createNamespace, hasCluster, live, type TestNamespace } from "../live/namespace.ts";
import { buildScriptImage, scriptImage } from "../live/stage.ts";
import { realEffects } from "./effects.ts";
import { targetContract } from "./target-contract.ts";
import { until } from "./until.ts";

const limit = 300_000;
vi.setConfig({ testTimeout: limit, hookTimeout: limit });

const timing: Timing = { ...defaultTiming, settle: 1_000, lease: 4_000 };
const shared = { effects: { ...realEffects, random: Math.random }, timing, holder: "me", lockTimeout: limit };
const images = [scriptImage, "alien-test/script:2"] as const;
/** A look may be a process of its own. */
const pause = 50;
const waiting = {
  settle: <T>(promise: Promise<T>) => promise,
  until: (condition: () => unknown) => until(condition, limit, pause),
};

const opened = ({ value, diagnostics }: Staged<Target | undefined>): Target => {
  if (value === undefined) throw new Error(JSON.stringify(diagnostics));
  return value;
};

beforeAll(() => {
  if (!hasCluster && !hasEngine) return;
  buildScriptImage();
  const input = `FROM ${scriptImage}\nLABEL test.alien.dev/version=2\n`;
  execFileSync("docker", ["build", "--quiet", "--tag", images[1], "-"], { input, stdio: ["pipe", "ignore", "pipe"] });
});

describe.skipIf(!hasCluster).concurrent(live("on a real cluster"), () => {
  let namespace: TestNamespace;
  beforeAll(async () => {
    namespace = await createNamespace("contract");
  });
  afterAll(() => namespace.remove());
  targetContract("the Kubernetes target", () => ({
    ...waiting,
    platform: "kubernetes",
    images,
    newStack: () => stackName("contract"),
    open: handle =>
      opened(
        openKubernetes({
          ...shared,
          ...handle,
          namespace: namespace.name,
          connect: { environment: process.env, exists: () => true, pathDelimiter: delimiter },
        }),
      ),
    processes: async (stack, daemon) =>
      (await namespace.get("pods", "--selector", `alien.dev/stack=${stack},alien.dev/daemon=${daemon}`)).filter(
        ({ status }) => status.containerStatuses?.[0]?.state?.running !== undefined,
      ).length,
    left: async stack => {
      const kinds = "deployments,pods,secrets,serviceaccounts,roles,rolebindings,networkpolicies,leases";
      const found = await namespace.get(kinds);
      return found.map(({ kind, metadata }) => `${kind}/${metadata.name}`).filter(name => name.includes(stack));
    },
    remove: async () => undefined,
  }));
});

describe.skipIf(!hasEngine).concurrent(liveDocker("on a real Docker engine"), () => {
  let stateDirectory = "";
  beforeAll(() => {
    stateDirectory = mkdtempSync(join(tmpdir(), "alien-contract-"));
  });
  afterAll(() => rmSync(stateDirectory, { recursive: true, force: true }));
  targetContract("the Local target", () => ({
    ...waiting,
    platform: "local",
    images,
    newStack: () => stackName("contract"),
    open: handle => opened(openLocal({ ...shared, ...handle, stateDirectory, connect: { environment: process.env } })),
    processes: async (stack, daemon) => {
      const labels = { [localLabels.stack]: stack, [localLabels.daemon]: daemon };
      const filters = Object.entries(labels).flatMap(([name, value]) => ["--filter", `label=${name}=${value}`]);
      const { stdout } = await promisify(execFile)("docker", ["ps", "--quiet", ...filters]);
      return stdout.split("\n").filter(line => line !== "").length;
    },
    left: async stack => foundOf(stack),
    remove: async stack => sweep(stack),
  }));
});
