import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { defaultTiming } from "../../../src/targets/index.ts";
import { openKubernetes } from "../../../src/targets/kubernetes/index.ts";
import { realEffects } from "../effects.ts";

const directory = mkdtempSync(join(tmpdir(), "alien-compile-namespace-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function open(namespace: string | undefined, ofContext: string) {
  const kubeconfig = join(directory, "config.json");
  const context = { cluster: "c", user: "u", namespace: ofContext };
  const clusters = [{ name: "c", cluster: { server: "https://c.dev" } }];
  writeFileSync(
    kubeconfig,
    JSON.stringify({ clusters, users: [], contexts: [{ name: "x", context }], "current-context": "x" }),
  );
  const { value, diagnostics } = openKubernetes({
    connect: { kubeconfig, environment: {}, exists: () => true, pathDelimiter: ":" },
    ...(namespace === undefined ? {} : { namespace }),
    effects: realEffects,
    timing: defaultTiming,
    lockTimeout: 0,
    holder: "test",
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  value?.close();
  return [value === undefined, diagnostics.map(({ name }) => name)];
}

const refused = [true, ["namespace-missing"]];

// In an address, `..` would name all namespaces.
test.each(["..", ".", "a/b", "a?watch=1", "Prod", "-a", "a-", "ünï", "a".repeat(64)])(
  "%j is the name of no namespace, whoever gives it",
  name => {
    expect([open(name, "prod"), open(undefined, name)]).toEqual([refused, refused]);
  },
);

test.each(["a", "prod-1", "0", "a".repeat(63)])("%j is", name => {
  expect([open(name, ".."), open(undefined, name)]).toEqual([
    [false, []],
    [false, []],
  ]);
});
