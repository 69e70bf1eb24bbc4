// Writes the pages of docs/ that come from the catalogue and the fixtures.
// With --check it writes nothing and fails if a page is stale.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type Explained, explained } from "../src/diagnostics/explain.ts";

const root = new URL("..", import.meta.url);

const bands: Readonly<Record<string, string>> = {
  AL1: "Reading YAML",
  AL2: "Shape",
  AL3: "Names and references",
  AL4: "What a platform cannot do",
  AL5: "Rendering",
  AL6: "Deploying",
  AL7: "Commands",
  AL9: "Usage",
};

const introduction = `<!-- Made by scripts/build-docs.ts from the catalogue and fixtures/diagnostics. Do not edit. -->

# Findings

Everything alien-compile can find, by code. Codes are permanent. \`alien-compile explain AL3001\` explains one on a terminal.
`;

/** Every generated page, by its path in the repository. */
export function outputs(): ReadonlyMap<string, string> {
  return new Map([["docs/errors.md", errorsPage()]]);
}

function errorsPage(): string {
  const parts = [introduction, contents()];
  let band = "";
  for (const entry of explained) {
    const own = entry.code.slice(0, 3);
    if (own !== band) parts.push(`# ${bands[own] ?? own}\n`);
    band = own;
    parts.push(section(entry));
  }
  return parts.join("\n");
}

const contents = (): string =>
  explained
    .map(
      ({ code, name, severity }) =>
        `- [${code}](#${code.toLowerCase()}) \`${name}\`${severity === "warning" ? " (warning)" : ""}\n`,
    )
    .join("");

function section({ code, name, severity, about }: Explained): string {
  const example = exampleOf(name);
  return [
    `## ${code}\n`,
    `\`${name}\` · ${severity}\n`,
    `${about}\n`,
    ...(example === undefined ? [] : [fenced(example)]),
  ].join("\n");
}

/** The report of the finding's own fixture. */
function exampleOf(name: string): string | undefined {
  const url = new URL(`fixtures/diagnostics/${name}/expected.txt`, root);
  return existsSync(url) ? readFileSync(url, "utf8").replace(/\n+Exit code: \d+\n$/, "\n") : undefined;
}

/** A code block whose fence is longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text.trimEnd()}\n${fence}\n`;
}

function main(check: boolean): void {
  for (const [path, text] of outputs()) {
    const url = new URL(path, root);
    if (!check) writeFileSync(url, text);
    else if (!existsSync(url) || readFileSync(url, "utf8") !== text) {
      process.stderr.write(`${path} is stale: run node scripts/build-docs.ts\n`);
      process.exitCode = 1;
    }
  }
}

if (import.meta.main) main(process.argv.includes("--check"));
