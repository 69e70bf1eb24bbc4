#!/usr/bin/env node
// The first thing that runs, on whatever Node there is: it says what is missing, then loads the rest from the compile cache.

declare const PACKAGE_VERSION: string;
/** Names the content of main.cjs. */
declare const BUILD: string;

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
  const isWritten = await runCached(`${import.meta.dirname}/main.cjs`, BUILD, ({ run }) => run(PACKAGE_VERSION));
  // Ending by oneself makes Node take its heap apart first.
  if (isWritten) process.exit();
}
