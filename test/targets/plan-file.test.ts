import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Change, Plan, Reason } from "../../src/targets/plan.ts";
import { changeDigest, digestKey, readPlanFile, writePlanFile } from "../../src/targets/plan-file.ts";
import { changed, reversed, stack } from "./full-stack.ts";

const options = { adopt: false, forceConflicts: false, allowEmpty: false, createNamespace: true };
const update: Change = {
  action: "update",
  object: { apiVersion: "apps/v1", kind: "Deployment", name: "acme-connector" },
  uid: "u",
  path: "/resources/connector",
  daemon: "connector",
  reason: { kind: "declared" },
  fields: [
    { field: "image", path: "/resources/connector/code/image", before: "a", after: "b" },
    { field: "environment.API_TOKEN", secret: true },
  ],
};
const create = (name: string, kind = "Secret"): Change => ({
  action: "create",
  object: { apiVersion: "v1", kind, name },
  path: "/resources/connector",
  reason: { kind: "secret-changed", keys: ["API_TOKEN"] },
  fields: [],
});
const plan: Plan = {
  stack: "acme",
  platform: "kubernetes",
  namespace: "prod",
  place: "https://cluster",
  ir: stack,
  changes: [update, create("acme-connector-env-k3v9x2ab")],
  approximate: false,
};
const digests = Object.fromEntries(plan.changes.map(change => [digestKey(change), changeDigest(change)]));
const text = writePlanFile(plan, { digests, options, source: "git@example.com:acme" });
const parsed: object = JSON.parse(text);
const withChange = (path: readonly (string | number)[], to: unknown): string =>
  JSON.stringify(changed(parsed, path, to));

describe("a plan file", () => {
  test("is read as it was written", () => {
    expect(readPlanFile(text)).toEqual({
      plan: {
        formatVersion: 1,
        stack: "acme",
        platform: "kubernetes",
        namespace: "prod",
        place: "https://cluster",
        source: "git@example.com:acme",
        options,
        ir: stack,
        changes: plan.changes,
        digests,
      },
    });
    expect(text.endsWith("}\n")).toBe(true);
    expect(readPlanFile(writePlanFile(plan, { digests, options }))).toHaveProperty("plan.stack", "acme");
  });

  test("knows every reason", () => {
    const reasons: readonly Reason[] = [
      { kind: "not-there" },
      { kind: "declared" },
      { kind: "drifted", managers: ["kubectl"] },
      { kind: "secret-changed", keys: [] },
      { kind: "not-ours", owner: "helm" },
      { kind: "cannot-change", field: "spec.selector" },
      { kind: "no-longer-declared" },
      { kind: "superseded" },
      { kind: "interrupted" },
      { kind: "being-deleted" },
      { kind: "same" },
    ];
    const changes = reasons.map(reason => ({ ...update, reason }));
    expect(readPlanFile(writePlanFile({ ...plan, changes }, { digests, options }))).toHaveProperty(
      "plan.changes",
      changes,
    );
  });

  test.each([
    ["nothing", ""],
    ["a document", "stack: acme\n"],
    ["a list", "[]"],
    ["a number", "1"],
    ["null", "null"],
    ["an IR", JSON.stringify(stack)],
    ["the plan of --format json", '{"formatVersion":"1","stack":"acme","changes":[]}'],
    ["a record", '{"formatVersion":1,"stack":"acme","inventory":[]}'],
  ])("is not %s", (_, given) => {
    expect(readPlanFile(given)).toEqual({ problem: "not-a-plan" });
  });

  test.each([
    ["of a newer format", withChange(["formatVersion"], 2)],
    ["with a newer IR", withChange(["ir", "irVersion"], 2)],
    ["of a newer format, where all else is different", '{"formatVersion":9,"stack":{},"changes":{}}'],
  ])("is newer: one %s", (_, given) => {
    expect(readPlanFile(given)).toEqual({ problem: "newer" });
  });

  test.each<[string, string]>([
    ["half of it", text.slice(0, text.length / 2)],
    ["another version", withChange(["formatVersion"], 0)],
    ["no version of the IR", withChange(["ir", "irVersion"], undefined)],
    ["another stack's IR", withChange(["ir", "stack"], "other")],
    ["an IR without daemons", withChange(["ir", "daemons"], undefined)],
    ["an IR without settings", withChange(["ir", "kubernetes"], [])],
    ["a platform nobody knows", withChange(["platform"], "moon")],
    ["a cloud", withChange(["platform"], "aws")],
    ["a stack that is no text", withChange(["stack"], 1)],
    ["no namespace", withChange(["namespace"], undefined)],
    ["a place that is no text", withChange(["place"], {})],
    ["a source that is no text", withChange(["source"], null)],
    ["no options", withChange(["options"], undefined)],
    ["an option missing", withChange(["options", "adopt"], undefined)],
    ["an option that is no truth", withChange(["options", "forceConflicts"], "true")],
    ["changes that are no list", withChange(["changes"], {})],
    ["an action nobody knows", withChange(["changes", 0, "action"], "toString")],
    ["an object without a name", withChange(["changes", 0, "object", "name"], undefined)],
    ["a change without a path", withChange(["changes", 0, "path"], undefined)],
    ["an object's uid that is no text", withChange(["changes", 0, "uid"], 1)],
    ["a daemon that is no text", withChange(["changes", 0, "daemon"], 1)],
    ["a reason nobody knows", withChange(["changes", 0, "reason", "kind"], "constructor")],
    ["a reason that says less", withChange(["changes", 1, "reason", "keys"], undefined)],
    ["fields that are no list", withChange(["changes", 0, "fields"], undefined)],
    ["a field without a name", withChange(["changes", 0, "fields", 0, "field"], undefined)],
    ["no digests", withChange(["digests"], undefined)],
    ["a digest that is none", withChange(["digests", "Secret/x"], "abc")],
  ])("is damaged by %s", (_, given) => {
    expect(readPlanFile(given)).toEqual({ problem: "damaged" });
  });

  test("is never the end of the reader", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.nat(text.length - 3).map(end => text.slice(0, end)),
        ),
        given => {
          expect(readPlanFile(given)).toHaveProperty("problem");
        },
      ),
    );
  });
});

describe("the digest of a change", () => {
  const digest = changeDigest(update);

  test("is one of SHA-256, in hex, whatever the order of keys", () => {
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(changeDigest(reversed(update))).toBe(digest);
    expect(changeDigest(JSON.parse(JSON.stringify(update)))).toBe(digest);
  });

  test("is the same for a value whose keys are turned", () => {
    const withValue = (before: unknown) => changeDigest(changed(update, ["fields", 0, "before"], before));
    expect(withValue([{ a: 1, b: { c: 1, d: 2 } }])).toBe(withValue([{ b: { d: 2, c: 1 }, a: 1 }]));
    expect(withValue([1, 2])).not.toBe(withValue([2, 1]));
  });

  test.each<[string, Path, unknown]>([
    ["the reason", ["reason"], { kind: "interrupted" }],
    ["the place in the document", ["path"], "/x"],
    ["the place of a field", ["fields", 0, "path"], "/x"],
    ["whose it is", ["daemon"], undefined],
  ])("does not tell %s", (_, path, to) => {
    expect(changeDigest(changed(update, path, to))).toBe(digest);
  });

  test.each<[string, Path, unknown]>([
    ["what is done", ["action"], "replace"],
    ["the kind", ["object", "kind"], "Role"],
    ["the version", ["object", "apiVersion"], "v2"],
    ["the name", ["object", "name"], "other"],
    ["a field", ["fields", 0, "field"], "other"],
    ["what was there", ["fields", 0, "before"], "other"],
    ["that something was there", ["fields", 0, "before"], undefined],
    ["what will be", ["fields", 0, "after"], ["b"]],
    ["a field less", ["fields", 1], undefined],
    ["a secret", ["fields", 1, "secret"], undefined],
  ])("tells %s", (_, path, to) => {
    expect(changeDigest(changed(update, path, to))).not.toBe(digest);
  });

  test("tells which object it is about", () => {
    expect(
      new Set([digest, changeDigest({ ...update, uid: "v" }), changeDigest(changed(update, ["uid"], undefined))]).size,
    ).toBe(3);
  });

  test("does not tell the random end of a new Secret, and of nothing else", () => {
    const [a, b] = [create("acme-connector-env-k3v9x2ab"), create("acme-connector-env-00000000")];
    expect(changeDigest(a)).toBe(changeDigest(b));
    expect([digestKey(a), digestKey(b)]).toEqual(["Secret/acme-connector-env-*", "Secret/acme-connector-env-*"]);
    const others = [
      { ...a, action: "delete" as const },
      create("acme-connector-env-k3v9x2ab", "Deployment"),
      create("acme-connector-env"),
      create("acme-connector-env-k3v9x2a"),
    ];
    expect(new Set([changeDigest(a), ...others.map(other => changeDigest(other))]).size).toBe(5);
    expect(others.map(digestKey)).toEqual([
      "Secret/acme-connector-env-k3v9x2ab",
      "Deployment/acme-connector-env-k3v9x2ab",
      "Secret/acme-connector-env",
      "Secret/acme-connector-env-k3v9x2a",
    ]);
  });
});

type Path = readonly (string | number)[];
