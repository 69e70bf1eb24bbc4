import { describe, expect, test } from "vitest";
import type { SecretIr } from "../../src/ir/index.ts";
import type { Cluster } from "../../src/targets/kubernetes/api/cluster.ts";
import { ApiError } from "../../src/targets/kubernetes/api/error.ts";
import type { DesiredObject } from "../../src/targets/kubernetes/compare/desired.ts";
import { checkReferences } from "../../src/targets/kubernetes/probe/references.ts";
import { stackIr } from "../render/stack-ir.ts";

type Data = Readonly<Record<string, string>>;

/** A namespace with these Secrets: their data, or that they may not be looked at. */
function place(there: Readonly<Record<string, Data | "hidden" | "broken">>) {
  const asked: string[] = [];
  const get = async ({ name }: { readonly name: string }) => {
    asked.push(name);
    const found = Object.hasOwn(there, name) ? there[name] : undefined;
    if (found === "hidden") throw new ApiError("", { status: 403 });
    if (found === "broken") throw new ApiError("", { status: 500 });
    return found && { metadata: { name }, data: found };
  };
  return { asked, cluster: { namespace: "n", get } as unknown as Cluster };
}

const source = (name: string, key: string): SecretIr => ({
  name: `${name}-${key}`,
  path: `/secrets/${name}`,
  kubernetes: { name, key },
});
const object = (env: readonly unknown[]): DesiredObject => ({
  key: "Deployment/a",
  object: { spec: { containers: [{ env }] } } as never,
  path: "/resources/a",
  daemon: "a",
  digest: "",
});
const reads = (name: string, key: string) => ({ name: "V", valueFrom: { secretKeyRef: { name, key } } });

async function found(there: Parameters<typeof place>[0], more: object, env: readonly unknown[] = []) {
  const { asked, cluster } = place(there);
  const diagnostics = await checkReferences(cluster, stackIr({ stack: "acme", ...more }), [object(env)]);
  return { asked, names: diagnostics.map(({ name }) => name), places: diagnostics.map(({ at }) => at) };
}

describe("a Secret that is not ours", () => {
  test.each<[string, Parameters<typeof place>[0], readonly string[]]>([
    ["is not there", {}, ["cluster-secret-missing"]],
    ["has not the key", { "a.b-c": { other: "" } }, ["cluster-secret-key-missing"]],
    ["has no keys that every object has", { "a.b-c": {} }, ["cluster-secret-key-missing"]],
    ["has the key", { "a.b-c": { constructor: "" } }, []],
    ["may not be looked at", { "a.b-c": "hidden" }, []],
  ])("that %s", async (_, there, names) => {
    const secrets = [source("a.b-c", "constructor")];
    const result = await found(there, { secrets }, [reads("a.b-c", "constructor")]);
    expect([result.names, result.asked]).toEqual([names, ["a.b-c"]]);
  });

  test("is looked for once, and only where a daemon reads it", async () => {
    const secrets = [source("db", "user"), source("db", "password"), source("unread", "key")];
    const result = await found({ db: { user: "" } }, { secrets }, [reads("db", "user"), reads("db", "password")]);
    expect([result.names, result.asked]).toEqual([["cluster-secret-key-missing"], ["db"]]);
  });

  test("is not what only a value speaks of", async () => {
    const text = JSON.stringify(reads("db", "user"));
    const env = [
      { name: "V", value: text },
      { name: text, value: "" },
    ];
    expect((await found({}, { secrets: [source("db", "user")] }, env)).asked).toEqual([]);
  });

  test("that cannot be asked about is not taken to be there", async () => {
    const asking = found({ db: "broken" }, { secrets: [source("db", "user")] }, [reads("db", "user")]);
    await expect(asking).rejects.toThrow(ApiError);
  });

  test("to pull images with is a warning at its name", async () => {
    const kubernetes = { ...stackIr().kubernetes, imagePullSecrets: ["there", "gone.a"] };
    const result = await found({ there: {} }, { kubernetes });
    expect(result.names).toEqual(["pull-secret-missing"]);
    expect(result.places).toEqual([{ path: "/platforms/kubernetes/imagePullSecrets/1", on: "value" }]);
  });
});
