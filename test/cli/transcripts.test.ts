import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { type Printed, runMain } from "./run-main.ts";
import { type Command, formatTranscript, parseTranscript, runHelper } from "./transcript.ts";

const root = resolve("fixtures/cli");
const update = process.env.UPDATE_FIXTURES === "1";
/** The built `cli.js`, or the directory it is in: then each command is a process. */
const dist = process.env.ALIEN_COMPILE_DIST;

describe(dist === undefined ? "transcripts" : "transcripts of the built command", () => {
  for (const name of readdirSync(root).sort()) {
    test(name, async () => {
      const file = join(root, name, "transcript.txt");
      const expected = readFileSync(file, "utf8");
      const { remarks, commands } = parseTranscript(expected);
      expect(commands.length, "commands in transcript.txt").toBeGreaterThan(0);
      const printed = formatTranscript(remarks, await runAll(join(root, name), commands));
      if (update) writeFileSync(file, printed);
      else expect(printed).toBe(expected);
    });
  }
});

async function runAll(source: string, commands: readonly Command[]) {
  const directory = mkdtempSync(join(tmpdir(), "alien-compile-cli-"));
  try {
    cpSync(source, directory, { recursive: true });
    rmSync(join(directory, "transcript.txt"));
    const results: { command: Command; printed: Printed }[] = [];
    for (const command of commands) results.push({ command, printed: await run(command, directory) });
    return results;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function run(command: Command, directory: string): Promise<Printed> {
  if (command.program !== "alien-compile") return runHelper(command, directory);
  const input = command.input === undefined ? Buffer.alloc(0) : readFileSync(join(directory, command.input));
  const printed =
    dist === undefined
      ? await runMain(command.words, { directory, environment: command.environment, input })
      : runDist(dist, command, { directory, input });
  if (command.output !== undefined) {
    writeFileSync(join(directory, command.output), printed.out);
    return { ...printed, out: "" };
  }
  return { ...printed, out: withoutVersion(printed.out), error: withoutVersion(printed.error) };
}

const withoutVersion = (text: string): string => text.replaceAll(manifest.version, "VERSION");

function runDist(
  path: string,
  { words, environment }: Command,
  { directory, input }: { readonly directory: string; readonly input: Uint8Array },
): Printed {
  const script = resolve(path.endsWith(".js") ? path : join(path, "cli.js"));
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, ...words], {
    cwd: directory,
    env: environment,
    input,
    timeout: 30_000,
  });
  return { out: stdout.toString(), error: stderr.toString(), exitCode: status ?? -1 };
}
