import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { lastWords } from "../../src/cli/last-words.ts";
import { main } from "../../src/cli/main.ts";
import { createFakeTarget, createSignals } from "./fake-target.ts";

const canary = "canary-5b3e/9f+1c";
const directory = mkdtempSync(join(tmpdir(), "alien-compile-bug-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
writeFileSync(
  join(directory, "alien.yaml"),
  `stack: acme
supportedPlatforms: [kubernetes]
secrets:
  password: { env: PASSWORD }
resources:
  connector:
    type: daemon
    code: { type: image, image: "ghcr.io/acme/app:v1" }
    environment: { PASSWORD: { secret: password } }
`,
);

/** All that a run prints, with what `bin.ts` makes of an exception. */
async function printed(verb: "plan" | "apply", bug: unknown): Promise<string> {
  const written: string[] = [];
  const fail = (): never => {
    throw bug;
  };
  const { openTarget } = createFakeTarget({ before: { [verb]: fail } });
  const write = (text: string): void => void written.push(text);
  const world = { arguments: [verb, "alien.yaml"], directory, environment: { PASSWORD: canary }, version: "0" };
  const streams = { stdin: async () => undefined, out: write, error: write };
  const terminals = { outIsTerminal: false, errorIsTerminal: false };
  const running = main({ ...world, ...streams, ...terminals, openTarget, signals: createSignals().source });
  const cause: unknown = await running.then(
    () => undefined,
    caught => caught,
  );
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return [...written, lastWords("internal-error", { reason })].join("");
}

const withCause = new Error("outer", { cause: new Error(canary) });
const custom = Object.assign(new Error(`of ${canary}`), { name: "OddError" });

describe.each(["plan", "apply"] as const)("a bug of ours in %s", verb => {
  test.each([
    ["says the value", new TypeError(`cannot read ${canary}`), "TypeError: cannot read ***"],
    ["says it in base64", new Error(Buffer.from(canary).toString("base64")), "Error: ***"],
    ["says it in JSON", new Error(JSON.stringify({ data: `${canary}"` })), "***"],
    ["has a name of its own", custom, "OddError: of ***"],
    ["has it in its cause", withCause, "Error: outer"],
    ["is no error", `thrown ${canary}`, "thrown ***"],
  ])("that %s shows no secret", async (_, bug, expected) => {
    const text = await printed(verb, bug);
    expect(text).toContain("error[AL9010]");
    expect(text).toContain(expected);
    expect(text).not.toContain(canary);
    expect(text).not.toContain(Buffer.from(canary).toString("base64"));
  });
});
