import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { envSecretName, labelValue, objectName, serviceAccountName } from "../../src/render/index.ts";

const hash = (original: string): string => createHash("sha256").update(original).digest("hex").slice(0, 8);
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);

describe("objectName", () => {
  test("joins the parts where nothing is lost", () => {
    expect(objectName("acme", "connector")).toBe("acme-connector");
    expect(objectName("a".repeat(31), "b".repeat(31))).toBe(`${"a".repeat(31)}-${"b".repeat(31)}`);
  });

  test.each([
    ["Acme", "x", "acme-x"],
    ["acme", "my_x", "acme-my-x"],
    ["acme", "a--b", "acme-a-b"],
    ["acme", "x-", "acme-x"],
    ["-acme", "x", "acme-x"],
    ["_", "-", "alien"],
  ])("%s, %s carries a hash of the original", (stack, name, kept) => {
    expect(objectName(stack, name)).toBe(`${kept}-${hash(`${stack}-${name}`)}`);
  });

  test("is cut at 63 characters, with a hash of the original", () => {
    const [stack, name] = ["a".repeat(32), "b".repeat(31)];
    expect(objectName(stack, name)).toBe(`${"a".repeat(32)}-${"b".repeat(21)}-${hash(`${stack}-${name}`)}`);
    expect(objectName(`${"a".repeat(53)}-b`, "c".repeat(20))).toMatch(/^a{53}-[0-9a-f]{8}$/);
  });

  test("is a DNS label, and differs for different ids of a stack", () => {
    fc.assert(
      fc.property(id, id, id, (stack, one, other) => {
        expect(objectName(stack, one)).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
        if (one !== other) expect(objectName(stack, one)).not.toBe(objectName(stack, other));
      }),
      { numRuns: 2000 },
    );
  });

  test("keeps apart what a cut or mangling would join", () => {
    const ids = ["ab", "AB", "Ab", "a_b", "a-b", "a--b", "a__b", "-a-b", "a-b-", "a".repeat(64), `${"a".repeat(63)}A`];
    expect(new Set(ids.map(one => objectName("acme", one))).size).toBe(ids.length);
  });
});

test("other names follow from it", () => {
  expect(serviceAccountName("acme", "execution")).toBe("acme-execution-sa");
  expect(envSecretName("acme", "connector")).toBe("acme-connector-env");
  expect(envSecretName("Acme", "c")).toBe(`acme-c-${hash("Acme-c")}-env`);
});

describe("labelValue", () => {
  test("leaves what Kubernetes takes as it is", () => {
    expect(labelValue("My_Stack")).toBe("My_Stack");
    expect(labelValue("a".repeat(63))).toBe("a".repeat(63));
  });

  test("mangles the rest", () => {
    expect(labelValue("a".repeat(64))).toBe(`${"a".repeat(54)}-${hash("a".repeat(64))}`);
    expect(labelValue("_x")).toBe(`x-${hash("_x")}`);
    expect(labelValue("x-")).toBe(`x-${hash("x-")}`);
  });

  test("is always a label value", () => {
    fc.assert(
      fc.property(id, text => {
        expect(labelValue(text)).toMatch(/^(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/);
      }),
    );
  });
});
