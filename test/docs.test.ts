import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { outputs } from "../scripts/build-docs.ts";
import { main } from "../src/cli/main.ts";
import { docsUrl } from "../src/diagnostics/docs-url.ts";
import { explained } from "../src/diagnostics/explain.ts";
import { fixtures, read } from "./diagnostics-fixtures.ts";

const root = new URL("..", import.meta.url);
const errorsPage = readFileSync(new URL("docs/errors.md", root), "utf8");

describe("generated pages", () => {
  it.each([...outputs()])("%s is what the catalogue says; if not: node scripts/build-docs.ts", (path, text) => {
    expect(readFileSync(new URL(path, root), "utf8")).toBe(text);
  });

  it.each(explained)("docs/errors.md has a heading for $code, with its example", ({ code, name }) => {
    expect(docsUrl(code).endsWith(`docs/errors.md#${code.toLowerCase()}`)).toBe(true);
    const [, section = ""] = errorsPage.split(`\n## ${code}\n`);
    const own = section.split("\n## ")[0] ?? "";
    expect(own).toContain(`\`${name}\``);
    const fixture = fixtures.find(other => other.name === name);
    const first = fixture && read(fixture, "expected.txt")?.split("\n")[0];
    if (first !== undefined) expect(own).toContain(first);
  });
});

describe("explain", () => {
  const words = explained.flatMap(({ code, name }) => [code, name, code.toLowerCase()]);
  it.each(words)("%s", async word => {
    const { out, exitCode } = await run(["explain", word]);
    const entry = explained.find(({ code, name }) => name === word || code === word.toUpperCase());
    expect(exitCode).toBe(0);
    expect(out).toContain(`[${entry?.code}] ${entry?.name}`);
    expect(out).toContain(docsUrl(entry?.code ?? ""));
    expect(out.replace(/\s+/g, " ")).toContain(entry?.about);
  });

  it("lists every code", async () => {
    const { out } = await run(["explain"]);
    expect(out.match(/^AL\d{4}/gm)).toEqual(explained.map(({ code }) => code));
  });
});

describe("codes", () => {
  it("are given once", () => {
    expect(new Set(explained.map(({ code }) => code)).size).toBe(explained.length);
  });
});

async function run(words: readonly string[]): Promise<{ out: string; exitCode: number }> {
  const printed: string[] = [];
  const exitCode = await main({
    arguments: words,
    directory: "/",
    environment: {},
    version: "0",
    stdin: async () => new Uint8Array(),
    out: text => void printed.push(text),
    error: () => undefined,
    outIsTerminal: false,
    errorIsTerminal: false,
  });
  return { out: printed.join(""), exitCode };
}
