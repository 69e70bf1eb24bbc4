#!/usr/bin/env node
// The first thing that runs, on whatever Node there is: it says what is missing, then runs the rest from the code cache.

declare const PACKAGE_VERSION: string;
/** Names the contents of main.cjs, which is all that a render needs, and of whole.cjs, which is everything. */
declare const BUILDS: { readonly main: string; readonly whole: string };
/** The commands that main.cjs lacks. */
declare const OTHER_VERBS: readonly string[];

const needed = "22.19.0";

process.once("uncaughtException", async cause => {
  process.exitCode = 70;
  await refuse("internal-error", {
    reason: cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause),
  });
  process.exit(70);
});

async function refuse(...[name, args]: Parameters<typeof import("./last-words.ts").lastWords>): Promise<void> {
  const { lastWords } = await import("./last-words.ts");
  process.stderr.write(lastWords(name, args));
}

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const [neededMajor = 0, neededMinor = 0] = needed.split(".").map(Number);
const isOld = major < neededMajor || (major === neededMajor && minor < neededMinor);

if (isOld) {
  process.exitCode = 64;
  await refuse("node-too-old", { version: process.versions.node, needed });
} else {
  const { runCached } = await import("./code-cache.ts");
  const command = process.argv.slice(2).find(word => OTHER_VERBS.includes(word));
  const name = command === undefined ? "main" : "whole";
  const script = { file: `${import.meta.dirname}/${name}.cjs`, build: BUILDS[name], command: command ?? "render" };
  const isWritten = await runCached(script, PACKAGE_VERSION);
  // Ending by oneself makes Node take its heap apart first.
  if (isWritten) process.exit();
}
