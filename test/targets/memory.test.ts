import { createHash, randomBytes, randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { DeploymentRecord, Revision } from "../../src/state/index.ts";
import { revisionOf } from "../../src/state/revision.ts";
import type { Change } from "../../src/targets/index.ts";
import type { LiveObject } from "../../src/targets/kubernetes/api/live-object.ts";
import type { DesiredObject } from "../../src/targets/kubernetes/compare/desired.ts";
import { isNeeded } from "../../src/targets/kubernetes/record/deletions.ts";
import { encodeRecord } from "../../src/targets/kubernetes/record/record-codec.ts";
import { chooseSecretNames, secretNamesInUse } from "../../src/targets/kubernetes/record/secret-names.ts";
import { stackIr } from "../render/stack-ir.ts";
import { realEffects } from "./effects.ts";
import { recordOf } from "./record-contract.ts";

const stack = stackIr({ stack: "acme" });
const revision = (number: number, secrets: Revision["secrets"] = {}, ir = stack): Revision => ({
  number,
  ir,
  secrets,
  appliedAt: "2026-01-01T00:00:00Z",
});
type Revisions = Pick<DeploymentRecord, "good" | "pending">;
const record = (revisions: Revisions): DeploymentRecord => {
  const { good: _, ...rest } = recordOf("acme");
  return { ...rest, ...revisions };
};

describe("the revision to be recorded", () => {
  const [old, other] = [revision(1, { a: "a-env-1" }), revision(2, { a: "a-env-2" })];
  test.each<[string, Revisions | undefined, number]>([
    ["is the first", undefined, 1],
    ["is the good one where it says the same", { good: old }, 1],
    ["is the pending one where it says the same", { good: other, pending: { ...old, number: 3 } }, 3],
    ["is another than a good one that another has followed", { good: old, pending: other }, 3],
    ["is another where a Secret is", { good: other }, 3],
    ["is another where the stack is", { good: revision(1, old.secrets, stackIr({ stack: "other" })) }, 2],
  ])("%s", (_, revisions, number) => {
    const known = revisions && record(revisions);
    const found = revisionOf(known, { stack, secrets: old.secrets, appliedAt: "2026-02-02T00:00:00Z" });
    expect([found.number, found.secrets]).toEqual([number, old.secrets]);
    const isNew = found !== known?.good && found !== known?.pending;
    expect(found.appliedAt).toBe(isNew ? "2026-02-02T00:00:00Z" : "2026-01-01T00:00:00Z");
  });
});

test.each<[string, string, Revision | undefined, boolean]>([
  ["Secret", "a-env-1", revision(1, { a: "a-env-1" }), true],
  ["Secret", "a-env-2", revision(1, { a: "a-env-1" }), false],
  ["Secret", "a-env-1", undefined, false],
  ["Deployment", "a-env-1", revision(1, { a: "a-env-1" }), false],
  ["Secret", "constructor", revision(1), false],
])("whether %s/%s is needed by a revision", (kind, name, needing, expected) => {
  const change: Change = {
    action: "delete",
    object: { apiVersion: "v1", kind, name },
    path: "/stack",
    reason: { kind: "superseded" },
    fields: [],
  };
  expect(isNeeded(change, needing)).toBe(expected);
});

const secret = (name: string, data: Readonly<Record<string, string>>, metadata = {}): [string, LiveObject] => [
  `Secret/${name}`,
  {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, uid: `uid-${name}`, resourceVersion: "1", ...metadata },
    data,
  },
];
const wanted = (daemon: string | undefined, data: object): DesiredObject => ({
  key: `Secret/acme-${daemon}-env`,
  object: { apiVersion: "v1", kind: "Secret", metadata: { name: `acme-${daemon}-env` }, data } as never,
  path: "/resources/a",
  daemon,
  digest: "",
});

describe("the Secret of a daemon", () => {
  const chosen = (revisions: Revisions | undefined, there: readonly [string, LiveObject][], id = "a") => {
    const choosing = { record: revisions && record(revisions), observed: new Map(there), stack: "acme" };
    const names = chooseSecretNames([wanted(id, { KEY: "bmV3" }), wanted(undefined, {})], {
      ...choosing,
      effects: realEffects,
    });
    expect([...names.keys()]).toEqual([id]);
    return names.get(id);
  };
  const [good, pending] = [revision(1, { a: "acme-a-env-one" }), revision(2, { a: "acme-a-env-two" })];
  const fresh = /^acme-a-env-[a-km-z2-9]{8}$/;

  test("is used on where it holds the same, also by the last good revision", () => {
    const same = { KEY: "bmV3" };
    expect(chosen({ good }, [secret("acme-a-env-one", same)])).toEqual({ name: "acme-a-env-one", changed: [] });
    const both = [secret("acme-a-env-one", same), secret("acme-a-env-two", { KEY: "b2xk" })];
    expect(chosen({ good, pending }, both)?.name).toBe("acme-a-env-one");
    expect(chosen({ good, pending }, [secret("acme-a-env-one", same), secret("acme-a-env-two", same)])?.name).toBe(
      "acme-a-env-two",
    );
  });

  test.each<[string, Revisions | undefined, readonly [string, LiveObject][], readonly string[]]>([
    ["there is none", undefined, [], []],
    ["the recorded one is gone", { good }, [], []],
    [
      "the recorded one is going",
      { good },
      [secret("acme-a-env-one", { KEY: "bmV3" }, { deletionTimestamp: "x" })],
      [],
    ],
    ["one that nobody recorded holds the same", undefined, [secret("acme-a-env-one", { KEY: "bmV3" })], []],
    ["a value is another", { good }, [secret("acme-a-env-one", { KEY: "b2xk" })], ["KEY"]],
    ["a key is gone", { good }, [secret("acme-a-env-one", { KEY: "bmV3", OLD: "eA==" })], ["OLD"]],
  ])("is a new one where %s", (_, revisions, there, changed) => {
    const found = chosen(revisions, there);
    expect(found?.name).toMatch(fresh);
    expect(found?.changed).toEqual(changed);
  });

  test("keeps ids apart that read the same", () => {
    const [one, other] = ["a-b", "A_b"].map(id => chosen(undefined, [], id)?.name.replace(/-[^-]*$/, ""));
    expect(one).toBe("acme-a-b-env");
    expect(other).toMatch(/^acme-a-b-[0-9a-f]{8}-env$/);
  });

  test("is taken from the Deployment by who may not look at Secrets", () => {
    const reading = (name: string) => ({ template: { spec: { containers: [{ env: [{ secretKeyRef: { name } }] }] } } });
    const used = (spec: unknown) => {
      const metadata = { name: "acme-a", uid: "u", resourceVersion: "1" };
      const live: LiveObject = { apiVersion: "apps/v1", kind: "Deployment", metadata, spec };
      return secretNamesInUse([wanted("a", {})], { observed: new Map([["Deployment/acme-a", live]]), stack: "acme" });
    };
    expect(used(reading("acme-a-env-abcdefgh")).get("a")).toEqual({ name: "acme-a-env-abcdefgh", changed: [] });
    for (const spec of [reading("acme-ab-env-abcdefgh"), reading("acme-a-env-more-than-it"), undefined]) {
      expect(used(spec).get("a")?.name).toBe("acme-a-env");
    }
  });
});

test("a record that fits before its objects are written fits after that, too", async () => {
  const names = Array.from({ length: 600 }, (_, index) => `acme-daemon-${index}`);
  const intents = names.map(name => ({ apiVersion: "apps/v1", kind: "Deployment", name }));
  const written = intents.map(entry => ({
    ...entry,
    uid: randomUUID(),
    digest: createHash("sha256").update(entry.name).digest("hex"),
  }));
  const sizes = [680, 690, 700, 710, 720, 730, 740, 750, 760].map(size => size * 1000);
  const kinds = sizes.map(async size => {
    const source = randomBytes(size).toString("base64");
    const [before, after] = [intents, written].map(inventory => ({ ...recordOf("acme", inventory), source }));
    return Promise.all([before, after].map(async one => one && (await encodeRecord(one)).kind));
  });
  const found = await Promise.all(kinds);
  expect(found.filter(([before, after]) => before === "text" && after !== "text")).toEqual([]);
  expect(found[0]).toEqual(["text", "text"]);
  expect(found.at(-1)).toEqual(["too-large", "too-large"]);
  // The margin is not so wide that much is refused for nothing.
  expect(found.filter(([before, after]) => before !== after).length).toBeLessThan(3);
});
