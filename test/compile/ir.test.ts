import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { isError } from "../../src/diagnostics/index.ts";
import { checkText } from "../check-text.ts";
import { reordered, validStacks } from "../stack-arbitrary.ts";

function irOf(text: string): unknown {
  const { value, diagnostics } = checkText([text]);
  expect(diagnostics.filter(isError)).toEqual([]);
  return value?.stack;
}

/** A comment before every line that starts a field at the left margin, and behind it. */
const commented = (text: string): string =>
  text.replace(/^(?=[a-zA-Z]+:)/gm, "# why\n\n").replace(/^([a-zA-Z]+:)$/gm, "$1 # behind");

describe("the IR of any valid stack", () => {
  it("comes without an error", () => {
    fc.assert(fc.property(validStacks, stack => void irOf(JSON.stringify(stack))));
  });

  it("survives JSON", () => {
    fc.assert(
      fc.property(validStacks, stack => {
        const ir = irOf(JSON.stringify(stack));
        expect(JSON.parse(JSON.stringify(ir))).toEqual(ir);
      }),
    );
  });

  it("does not depend on the order of keys", () => {
    fc.assert(
      fc.property(validStacks, fc.infiniteStream(fc.nat()), (stack, numbers) => {
        const other = reordered(stack, limit => (numbers.next().value ?? 0) % limit);
        expect(JSON.stringify(irOf(JSON.stringify(other)))).toBe(JSON.stringify(irOf(JSON.stringify(stack))));
      }),
    );
  });

  it.each(["block", "flow", "any"] as const)("does not depend on %s layout or comments", collectionStyle => {
    fc.assert(
      fc.property(validStacks, stack => {
        const text = stringify(stack, { collectionStyle, lineWidth: 40 });
        const ir = JSON.stringify(irOf(JSON.stringify(stack)));
        expect(JSON.stringify(irOf(text))).toBe(ir);
        if (collectionStyle === "block") expect(JSON.stringify(irOf(commented(text)))).toBe(ir);
      }),
    );
  });

  it("does not depend on how it is spread over layers", () => {
    fc.assert(
      fc.property(validStacks, stack => {
        const { resources, platforms, ...base } = stack;
        const { value, diagnostics } = checkText([
          JSON.stringify({ ...base, resources: {} }),
          JSON.stringify({ resources: resources ?? {} }),
          JSON.stringify({ platforms: platforms ?? {} }),
        ]);
        expect(diagnostics.filter(isError)).toEqual([]);
        expect(value?.stack).toEqual(irOf(JSON.stringify(stack)));
      }),
    );
  });

  it("names only paths that are in the document", () => {
    fc.assert(
      fc.property(validStacks, stack => {
        const { value, places } = checkText([JSON.stringify(stack)]);
        const paths = [...JSON.stringify(value?.stack).matchAll(/"path":"((?:[^"\\]|\\.)*)"/g)].map(
          ([, path = ""]) => path,
        );
        expect(
          paths.filter(
            path => path !== "" && places.span({ path: JSON.parse(`"${path}"`), on: "value" }) === undefined,
          ),
        ).toEqual([]);
      }),
    );
  });
});
