import { expect, test } from "vitest";
import { finding } from "../../src/diagnostics/index.ts";
import { createMask, maskFinding, maskPlan, type Plan } from "../../src/targets/index.ts";
import { stackIr } from "../render/stack-ir.ts";

const canary = "canary-7d1f";
const mask = createMask([canary]);

test("a finding is masked in all that it says, and its place is left", () => {
  const at = { path: `/resources/${canary}`, on: "key" } as const;
  const found = {
    ...finding("object-refused", at, { kind: "Secret", name: canary, reason: `of ${canary}` }),
    label: canary,
    help: canary,
    related: [{ message: canary, at }],
    details: [{ title: "events", lines: ["first", `${canary} again`] }],
  };
  const masked = maskFinding(found, mask);
  expect(masked.at).toEqual(at);
  const { at: _, poisons: __, related, ...said } = masked;
  expect(JSON.stringify([said, related.map(({ message }) => message)])).not.toContain(canary);
  expect(masked.details).toEqual([{ title: "events", lines: ["first", "*** again"] }]);
});

test("what a finding does not say is not added", () => {
  const found = finding("object-refused", { argument: "" }, { kind: "Secret", name: "a", reason: "b" });
  expect(Object.keys(maskFinding(found, mask))).toEqual(Object.keys(found));
});

test("a plan is masked in the values of its fields, however deep", () => {
  const fields = [
    { field: "a", before: canary, after: [{ b: { c: `x ${canary}` } }, 1, null, true] },
    { field: "b", secret: true as const },
    { field: "c", before: 0 },
  ];
  const change = {
    action: "update",
    object: { apiVersion: "v1", kind: "Secret", name: "s" },
    path: "/stack",
    reason: { kind: "declared" },
    fields,
  } as const;
  const ir = stackIr({ stack: "acme" });
  const plan: Plan = {
    stack: "acme",
    platform: "kubernetes",
    namespace: "n",
    ir,
    changes: [change],
    approximate: false,
  };
  const [first] = maskPlan(plan, mask).changes;
  expect(first).toEqual({
    ...change,
    fields: [{ field: "a", before: "***", after: [{ b: { c: "x ***" } }, 1, null, true] }, fields[1], fields[2]],
  });
});
