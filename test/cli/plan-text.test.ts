import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planJson, planText } from "../../src/cli/plan-text.ts";
import type { Change, FieldChange, Plan, Reason } from "../../src/targets/plan.ts";
import { hostileCharacter, hostileText } from "../diagnostics/sample-report.ts";
import { stackIr } from "../render/stack-ir.ts";

const object = (kind: string, name: string) => ({ apiVersion: "v1", kind, name });
const path = "/resources/connector";
const update = (fields: readonly FieldChange[], reason: Reason = { kind: "declared" }): Change => ({
  action: "update",
  object: object("Deployment", "acme-connector"),
  path,
  daemon: "connector",
  reason,
  fields,
});
const same = (name: string): Change => ({
  action: "unchanged",
  object: object("Role", name),
  path,
  reason: { kind: "same" },
  fields: [],
});
const planOf = (changes: readonly Change[], more: Partial<Plan> = {}): Plan => ({
  stack: "acme",
  platform: "kubernetes",
  namespace: "acme",
  ir: stackIr(),
  changes,
  approximate: false,
  ...more,
});
const plain = (plan: Plan) => planText(plan, { color: false });

const changes: readonly Change[] = [
  same("a"),
  update([
    {
      field: "image",
      path: `${path}/code/image`,
      before: "ghcr.io/acme/connector:v1",
      after: "ghcr.io/acme/connector:v2",
    },
    { field: "environment.LOG_LEVEL", before: "info", after: "debug" },
    { field: "environment.DB_PASSWORD", secret: true },
    { field: "environment.NEW", after: "1" },
    { field: "environment.OLD", before: "1" },
  ]),
  {
    action: "create",
    object: object("Secret", "acme-connector-env-k3v9x2ab"),
    path,
    daemon: "connector",
    reason: { kind: "secret-changed", keys: ["DB_PASSWORD"] },
    fields: [
      { field: "environment.DB_PASSWORD", secret: true },
      { field: "type", after: "Opaque" },
    ],
  },
  { action: "adopt", object: object("Role", "acme-x"), path, reason: { kind: "not-ours", owner: "helm" }, fields: [] },
  {
    action: "replace",
    object: object("RoleBinding", "acme-x"),
    path,
    reason: { kind: "cannot-change", field: "roleRef" },
    fields: [],
  },
  {
    action: "delete",
    object: object("Deployment", "acme-old"),
    path,
    reason: { kind: "no-longer-declared" },
    fields: [],
  },
  same("b"),
];

describe("a plan for people", () => {
  test("says what is done, why, and field by field", () => {
    expect(plain(planOf(changes))).toBe(`stack acme on kubernetes, namespace acme

~ update Deployment acme-connector (connector): the document changed
    image: ghcr.io/acme/connector:v1 → ghcr.io/acme/connector:v2
    environment.LOG_LEVEL: info → debug
    environment.DB_PASSWORD: (secret) changed
    environment.NEW: (not set) → 1
    environment.OLD: 1 → (not set)
+ create Secret acme-connector-env-k3v9x2ab (connector): a secret value changed
    environment.DB_PASSWORD: (secret)
    type: Opaque
> adopt Role acme-x: it belongs to \`helm\`
± replace RoleBinding acme-x: \`roleRef\` cannot be changed in place
- delete Deployment acme-old: no longer declared

1 to create, 1 to update, 1 to take over, 1 to replace, 1 to delete, 2 unchanged
`);
  });

  test("is one line where nothing is to be done", () => {
    expect(plain(planOf([same("a"), same("b")]))).toBe(
      "-- stack acme on kubernetes, namespace acme: nothing to do, 2 unchanged\n",
    );
    expect(plain(planOf([], { platform: "local", namespace: "" }))).toBe("-- stack acme on local: nothing to do\n");
  });

  test("counts what there is", () => {
    expect(plain(planOf([same("a"), update([])]))).toMatch(/\n\n1 to update, 1 unchanged\n$/);
  });

  test("says that it is approximate", () => {
    const note = "compared with what may be read: the server was not asked what it would make of it";
    expect(
      plain(planOf(changes, { approximate: true }))
        .split("\n")
        .slice(0, 3),
    ).toEqual(["stack acme on kubernetes, namespace acme", note, ""]);
    expect(plain(planOf([], { approximate: true })).split("\n")[1]).toBe(note);
  });

  test("is green, yellow and red, if it is to be", () => {
    const painted = planText(planOf(changes), { color: true });
    const heads = painted.split("\n").filter(line => line.includes("\u001b"));
    expect(heads.map(line => /^\u001b\[(\d+)m(.) .*\u001b\[0m$/.exec(line)?.slice(1))).toEqual([
      ["33", "~"],
      ["32", "+"],
      ["33", ">"],
      ["33", "±"],
      ["31", "-"],
    ]);
    expect(painted.replaceAll(/\u001b\[\d+m/g, "")).toBe(plain(planOf(changes)));
  });

  test.each<[Reason, string]>([
    [{ kind: "not-there" }, "it is not there"],
    [{ kind: "drifted", managers: ["kubectl-edit", "helm"] }, "it was changed by `kubectl-edit` and `helm`"],
    [{ kind: "drifted", managers: [] }, "it was changed by somebody else"],
    [{ kind: "secret-changed", keys: ["A", "B"] }, "2 secret values changed"],
    [{ kind: "not-ours", owner: "" }, "it is not ours"],
    [{ kind: "cannot-change", field: "" }, "it cannot be changed in place"],
    [{ kind: "superseded" }, "a newer one takes its place"],
    [{ kind: "interrupted" }, "an earlier run was interrupted"],
    [{ kind: "being-deleted" }, "the one that is there is being deleted"],
    [{ kind: "same" }, "it is as declared"],
  ])("gives the reason %j", (reason, expected) => {
    expect(plain(planOf([update([], reason)]))).toContain(`(connector): ${expected}\n`);
    expect(JSON.parse(planJson(planOf([update([], reason)]))).changes[0].reason).toEqual({
      ...reason,
      message: expected,
    });
  });

  const line = (before: unknown, after: unknown): string =>
    plain(planOf([update([{ field: "f", before, after }])])).split("\n")[3] ?? "";

  test.each([
    ["text and number that read the same", "1", 1, '"1" → 1'],
    ["text and truth", "true", true, '"true" → true'],
    ["nothing in it", "", "x", '"" → x'],
    ["space at its ends", " a", "a ", '" a" → "a "'],
    ["several lines", "a\nb", "a\n", '"a\\nb" → "a\\n"'],
    ["what reads like ours", "(secret) changed", "a → b", '"(secret) changed" → "a → b"'],
    ["lists and maps", [1, "a"], { b: null }, '[1,"a"] → {"b":null}'],
    ["text that reads like JSON", '{"a":1}', "[", '"{\\"a\\":1}" → "["'],
  ])("shows %s", (_, before, after, expected) => {
    expect(line(before, after)).toBe(`    f: ${expected}`);
  });

  test("cuts long values in the middle, by code points", () => {
    const long = `${"😀".repeat(50)}${"é".repeat(50)}`;
    expect(line(long, "x")).toBe(`    f: ${"😀".repeat(39)}…${"é".repeat(40)} → x`);
    expect(line("é".repeat(80), "x")).toBe(`    f: ${"é".repeat(80)} → x`);
  });

  test("shows where long values differ", () => {
    const binding = (port: number) => `${"a".repeat(100)}${port}${"b".repeat(100)}`;
    const [before = "", after = ""] = line(binding(5432), binding(5433)).split(" → ");
    expect(before).toMatch(/^ {4}f: …a{5}5432b+…b+$/);
    expect(after).toMatch(/^…a{5}5433b+…b+$/);
    expect(after.length).toBe(80);
    const ends = [`${"a".repeat(60)}b${"c".repeat(45)}`, `${"a".repeat(60)}d${"c".repeat(45)}`];
    expect(line(ends[0], ends[1])).toBe(`    f: …aaaaaaaab${"c".repeat(45)} → …aaaaaaaad${"c".repeat(45)}`);
  });

  test("lets nothing hostile through, whatever is in it", () => {
    const hostile = fc.oneof(
      fc.constant(hostileText),
      fc.string({ unit: fc.constantFrom(...Array.from(hostileText)) }),
    );
    const parts = fc.record({ field: hostile, before: hostile, after: hostile, name: hostile, stack: hostile });
    fc.assert(
      fc.property(parts, ({ field, before, after, name, stack }) => {
        const change = {
          ...update([{ field, before, after }], { kind: "drifted", managers: [name] }),
          object: object("Role", name),
        };
        const plan = planOf([change], { stack, namespace: name });
        const text = plain(plan) + plain({ ...plan, changes: [] }) + planJson(plan);
        expect(text.replaceAll("\n", "")).not.toMatch(hostileCharacter);
        expect(plain(plan).split("\n")).toHaveLength(7);
      }),
    );
  });
});

describe("a plan for programs", () => {
  test("says everything but the IR", () => {
    const json = JSON.parse(planJson(planOf(changes)));
    expect(json).toMatchObject({
      formatVersion: "1",
      stack: "acme",
      platform: "kubernetes",
      namespace: "acme",
      approximate: false,
      changed: true,
      summary: { create: 1, update: 1, adopt: 1, replace: 1, delete: 1, unchanged: 2 },
    });
    expect(Object.keys(json)).not.toContain("ir");
    expect(json.changes).toHaveLength(changes.length);
    expect(json.changes[1]).toEqual({ ...changes[1], reason: { kind: "declared", message: "the document changed" } });
    expect(json.changes[3]).not.toHaveProperty("daemon");
  });

  test("says whether anything would change", () => {
    expect(JSON.parse(planJson(planOf([same("a")])))).toMatchObject({
      changed: false,
      summary: { create: 0, unchanged: 1 },
    });
  });
});
