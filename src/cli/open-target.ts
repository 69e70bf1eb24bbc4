import { existsSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { delimiter, resolve } from "node:path";
import type { Staged } from "../diagnostics/index.ts";
import { type OnProgress, type OpenOptions, openKubernetes, type Target } from "../pipeline.ts";
import { type Call, flagOf } from "./call.ts";
import { effects } from "./effects.ts";
import { codeOf } from "./inputs.ts";
import type { Documented } from "./stack-call.ts";
import type { Timings } from "./timings.ts";
import type { World } from "./world.ts";

export interface Opening extends Timings {
  readonly documented: Documented | undefined;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** Opens the cluster that a call names; from here on its client is loaded. */
export async function openTarget(call: Call, world: World, opening: Opening): Promise<Staged<Target | undefined>> {
  const { timing, lockTimeout, onProgress, signal } = opening;
  const options: OpenOptions = {
    connect: connectOptions(call, world),
    ...namespaceOf(call, opening),
    effects,
    timing,
    lockTimeout,
    holder: holderOf(world),
    onProgress,
    signal,
  };
  return world.openTarget === undefined ? openKubernetes(options) : world.openTarget(options);
}

function namespaceOf(call: Call, { documented }: Opening): Pick<OpenOptions, "namespace" | "namespacePath"> {
  const namespace = flagOf(call, "namespace");
  if (namespace !== undefined) return { namespace };
  if (documented === undefined) return {};
  const { namespace: said, path } = documented;
  return { namespace: said, ...(path === undefined ? {} : { namespacePath: path }) };
}

function connectOptions(call: Call, { environment, directory }: World): OpenOptions["connect"] {
  const [kubeconfig, context] = [flagOf(call, "kubeconfig"), flagOf(call, "context")];
  const { KUBECONFIG, KUBERNETES_SERVICE_HOST, HOME, USERPROFILE } = environment;
  return {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
    environment: { KUBECONFIG, KUBERNETES_SERVICE_HOST, HOME, USERPROFILE },
    exists: existsSync,
    resolve: path => resolve(directory, path),
    pathDelimiter: delimiter,
  };
}

/** Who we are, to somebody who waits for our lock. */
function holderOf({ environment }: World): string {
  const { GITHUB_REPOSITORY, GITHUB_RUN_ID } = environment;
  if (GITHUB_REPOSITORY && GITHUB_RUN_ID) return `${GITHUB_REPOSITORY} run ${GITHUB_RUN_ID}`;
  return `${userName()}@${hostname()}`;
}

/** A container's user may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch (cause) {
    codeOf(cause);
    return "unknown";
  }
}
