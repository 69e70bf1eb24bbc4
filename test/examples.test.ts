import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isError } from "../src/diagnostics/index.ts";
import { check, formatCompose, formatObjects, render, renderCompose } from "../src/pipeline.ts";
import { examples, readExample } from "./examples.ts";
import { composeErrors } from "./render/compose-schema.ts";

const goldens = join(import.meta.dirname, "../fixtures/render");

/** Compares with a golden file, or writes it when UPDATE_FIXTURES is set. */
function expectGolden(example: string, name: string, text: string): void {
  const path = join(goldens, example, name);
  if (process.env.UPDATE_FIXTURES) {
    mkdirSync(join(goldens, example), { recursive: true });
    writeFileSync(path, text);
  }
  expect(text).toBe(readFileSync(path, "utf8"));
}

describe.each(examples)("example %s", example => {
  const checked = check({ files: readExample(example) });

  test("has nothing to complain about on any platform it supports", () => {
    expect(checked.diagnostics).toEqual([]);
  });

  test("compiles to the expected IR, for both targets", () => {
    expectGolden(example, "ir.json", `${JSON.stringify(checked.value?.stack, undefined, 2)}\n`);
  });

  test("renders to the expected manifests", () => {
    if (checked.value === undefined) throw new Error("the example is refused");
    const { value, diagnostics } = render(checked.value.stack);
    expect(diagnostics).toEqual([]);
    const text = formatObjects(
      value.map(({ object }) => object),
      "yaml",
    );
    expectGolden(example, "kubernetes.yaml", text);
  });

  test("renders to the expected Compose file, where it supports Local", () => {
    if (checked.value === undefined) throw new Error("the example is refused");
    const { stack } = checked.value;
    const supported = stack.supportedPlatforms.map(({ platform }) => platform);
    if (supported.length > 0 && !supported.includes("local")) {
      expect(existsSync(join(goldens, example, "compose.yaml"))).toBe(false);
      return;
    }
    const { value, diagnostics } = renderCompose(stack);
    expect(diagnostics.filter(isError)).toEqual([]);
    expect(composeErrors(value.file)).toEqual([]);
    expectGolden(example, "compose.yaml", formatCompose(value.file, "yaml", stack.stack));
  });

  test("names a schema that is there", () => {
    for (const { text } of readExample(example)) {
      const [, schema = ""] = /^# yaml-language-server: \$schema=(.*)$/m.exec(text) ?? [];
      expect(readFileSync(join(import.meta.dirname, "../examples", example, schema), "utf8")).toContain("draft-07");
    }
  });
});

test("no golden is left over", () => {
  expect(readdirSync(goldens).sort()).toEqual(examples);
});
