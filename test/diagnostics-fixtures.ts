import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../src/cli/main.ts";
import type { World } from "../src/cli/world.ts";
import type { Args } from "../src/diagnostics/catalogue/index.ts";
import {
  type Detail,
  type Diagnostic,
  type FindingName,
  finding,
  locate,
  noPlaces,
  type Place,
  type Places,
  reporters,
} from "../src/diagnostics/index.ts";
import type { Platform } from "../src/ir/index.ts";
import { check } from "../src/pipeline.ts";
import { decodeSource, type SourceFile } from "../src/source/index.ts";
import { generated } from "./diagnostics-inputs.ts";

/** One folder of `fixtures/diagnostics`: one mistake, and what is said about it. */
export interface Fixture {
  /** `<finding-name>` or `<finding-name>--<variant>`. */
  readonly name: string;
  readonly finding: string;
  readonly directory: string;
}

export const fixturesDirectory = new URL("../fixtures/diagnostics/", import.meta.url).pathname;

export const fixtures: readonly Fixture[] = readdirSync(fixturesDirectory)
  .sort()
  .map(name => ({ name, finding: name.split("--")[0] ?? name, directory: join(fixturesDirectory, name) }));

export const read = ({ directory }: Fixture, file: string): string | undefined =>
  existsSync(join(directory, file)) ? readFileSync(join(directory, file), "utf8") : undefined;

/** The report of a fixture, as a terminal without colour shows it. */
export async function reportOf(fixture: Fixture): Promise<string> {
  const made = generated[fixture.name]?.report?.();
  if (made !== undefined) return made;
  const command = read(fixture, "command.txt");
  if (command !== undefined) return runCommand(fixture, command.trim().split(/\s+/).slice(1));
  const { diagnostics, places } = read(fixture, "finding.json") ? saidFinding(fixture) : checkFixture(fixture);
  return reporters.text(locate(diagnostics, places), { color: false, version: "0" });
}

interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  readonly places: Places;
}

function checkFixture(fixture: Fixture): Findings {
  const bytes = generated[fixture.name]?.bytes?.();
  const names = ["base.yaml", "layer.yaml", "alien.yaml", "stack.json", "input.bin"].filter(
    name => read(fixture, name) !== undefined,
  );
  const inputs = names.map((name): [string, Uint8Array] => [name, readFileSync(join(fixture.directory, name))]);
  const decoded = (bytes === undefined ? inputs : [["alien.yaml", bytes] as const]).map(([name, content]) =>
    decodeSource(name, content),
  );
  const unreadable = decoded.flatMap(({ diagnostics }) => diagnostics);
  if (unreadable.length > 0) return { diagnostics: unreadable, places: noPlaces };
  const files = decoded.flatMap(({ value }): SourceFile[] => (value === undefined ? [] : [value]));
  const platform = read(fixture, "platform.txt")?.trim() as Platform | undefined;
  return check({ files, choose: () => platform });
}

/** What only a live engine leads to: the finding is given as data, and says the same beside the file. */
function saidFinding(fixture: Fixture): Findings {
  const { at, args, details } = JSON.parse(read(fixture, "finding.json") ?? "") as {
    at: Place;
    args: Args<FindingName>;
    details?: readonly Detail[];
  };
  const said = finding(fixture.finding as FindingName, at, args, details === undefined ? {} : { details });
  const places = read(fixture, "alien.yaml") === undefined ? noPlaces : checkFixture(fixture).places;
  return { diagnostics: [said], places };
}

/** What the command line says on standard error, and for `validate`, whose data the findings are, on standard output. */
async function runCommand({ name, directory: from }: Fixture, words: readonly string[]): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "alien-compile-fixture-"));
  try {
    cpSync(from, directory, { recursive: true });
    generated[name]?.prepare?.(directory);
    const out: string[] = [];
    const error: string[] = [];
    const world: World = {
      arguments: words,
      directory,
      environment: {},
      version: "0",
      stdin: async () => new Uint8Array(),
      out: text => void out.push(text),
      error: text => void error.push(text),
      outIsTerminal: false,
      errorIsTerminal: false,
    };
    const exitCode = await main(world);
    return `${[...(words[0] === "validate" ? out : []), ...error].join("")}\nExit code: ${exitCode}\n`;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
