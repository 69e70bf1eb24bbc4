import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderKubernetes } from "../../src/render/index.ts";
import { escapeReferences } from "../../src/render/kubernetes/escape-references.ts";
import { containerEnv, expand } from "./kubelet.ts";
import { daemonIr, stackIr, text } from "./stack-ir.ts";

const variables = new Map([
  ["A", "expanded"],
  ["", "empty"],
  ["$(A", "odd"],
]);
const hostile = fc.string({ unit: fc.constantFrom("$", "(", ")", "A", "é", "😀", '"', "\n", " ", "{"), maxLength: 20 });

describe("escapeReferences", () => {
  test.each([
    ["costs 5$ or $5", "costs 5$ or $5"],
    ["$(A)", "$$(A)"],
    ["$$(A)", "$$$$(A)"],
    ["a$$b", "a$$$$b"],
    ["$é", "$$é"],
    ["$", "$"],
  ])("%s becomes %s", (given, expected) => {
    expect(escapeReferences(given)).toBe(expected);
  });

  test.each([
    ["text made to confuse it", hostile],
    ["any text", fc.string({ unit: "binary" })],
  ])("the kubelet reads back %s", (_, texts) => {
    const readsBack = fc.property(texts, given => {
      expect(expand(escapeReferences(given), variables)).toBe(given);
    });
    fc.assert(readsBack, { numRuns: 20_000 });
  });

  test("the model of the kubelet does expand and unescape", () => {
    expect(expand("$(A) $$(A) $(B) $( $x", variables)).toBe("expanded $(A) $(B) $( $x");
    expect(expand("$é", variables)).not.toBe("$é");
  });
});

test("variables keep their order, and text is escaped", () => {
  const environment = [text("B", "1"), text("A", "$(B)"), text("EMPTY", "")];
  const { value, diagnostics } = renderKubernetes(stackIr({ daemons: [daemonIr("connector", { environment })] }));
  const deployment = value.find(({ object }) => object.kind === "Deployment");
  expect(deployment && containerEnv(deployment.object)).toEqual([
    { name: "B", value: "1" },
    { name: "A", value: "$$(B)" },
    { name: "EMPTY", value: "" },
  ]);
  expect(diagnostics).toEqual([]);
});
