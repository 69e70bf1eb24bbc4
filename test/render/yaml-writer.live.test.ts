import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatObjects, outputFiles, renderKubernetes, writeYaml } from "../../src/render/index.ts";
import { daemonIr, stackIr, text } from "./stack-ir.ts";
import { differences } from "./yaml-differences.ts";
import { everywhere, sampleStrings, sampleStructures } from "./yaml-samples.ts";

const seed = Number(process.env.ALIEN_FUZZ_SEED ?? Date.now() % 2 ** 31);
const directory = mkdtempSync(path.join(tmpdir(), "alien-yaml-"));
const file = path.join(directory, "samples.yaml");
const data = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "samples" },
  data: { ...everywhere(sampleStrings(20_000, seed)), structures: sampleStructures(2000, seed) },
};

beforeAll(() => {
  console.info(`ALIEN_FUZZ_SEED=${seed}`);
  writeFileSync(file, writeYaml(data));
});
afterAll(() => rmSync(directory, { recursive: true }));

const run = (command: string, args: readonly string[], input?: string): string =>
  execFileSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 30, ...(input === undefined ? {} : { input }) });

const works = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: "ignore" }).status === 0;

describe.each([
  ["on the path", "kubectl", "there is no kubectl on the path"],
  ["named by ALIEN_KUBECTL", process.env.ALIEN_KUBECTL ?? "", "ALIEN_KUBECTL names no kubectl"],
])("the kubectl %s", (_, kubectl, reason) => {
  const exists = kubectl !== "" && works(kubectl, ["version", "--client"]);
  const read = (input: string): string =>
    run(kubectl, ["annotate", "--local", "-f", "-", "-o", "json", "read=yes"], input);

  test("reads back what was written", { timeout: 120_000 }, context => {
    if (!exists) return context.skip(reason);
    const found = JSON.parse(run(kubectl, ["annotate", "--local", "-f", file, "-o", "json", "read=yes"]));
    expect(differences(found.data, data.data)).toEqual([]);
  });

  test("reads the formats of rendered objects as the same objects", context => {
    if (!exists) return context.skip(reason);
    const environment = [text("TEXT", "a\n$(B)\n"), text("NUMBER", "1.10")];
    const { value } = renderKubernetes(stackIr({ daemons: [daemonIr("connector", { environment })] }));
    const objects = value.map(({ object }) => object);
    const fromYaml = read(formatObjects(objects, "yaml"));
    expect(read(formatObjects(objects, "json"))).toBe(fromYaml);
    expect(
      outputFiles(objects, "yaml")
        .map(output => read(output.text))
        .join(""),
    ).toBe(fromYaml);
  });
});

const python = (loader: string): readonly string[] => [
  "-c",
  `import json, sys, yaml; print(json.dumps(yaml.load(open(sys.argv[1], "rb"), yaml.${loader})))`,
];

test.for(["SafeLoader", "CSafeLoader"])(
  "PyYAML's %s reads back what was written",
  { timeout: 300_000 },
  (loader, context) => {
    if (!works("python3", ["-c", `import yaml; yaml.${loader}`])) return context.skip(`python3 has no yaml.${loader}`);
    const found = JSON.parse(run("python3", [...python(loader), file]));
    expect(differences(found.data, data.data)).toEqual([]);
  },
);
