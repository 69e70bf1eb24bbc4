// Fails if the committed dist/ is not what the source builds.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const committed = new URL("../dist", import.meta.url).pathname;
const built = mkdtempSync(join(tmpdir(), "alien-compile-dist-"));
try {
  execFileSync(process.execPath, [new URL("build.ts", import.meta.url).pathname, built], { stdio: "inherit" });
  const names = [...new Set([...readdirSync(committed), ...readdirSync(built)])].sort();
  const differing = names.filter(name => read(join(committed, name)) !== read(join(built, name)));
  for (const name of differing)
    process.stderr.write(`dist/${name} differs from what the source builds: run npm run build\n`);
  if (differing.length > 0) process.exitCode = 1;
} finally {
  rmSync(built, { recursive: true, force: true });
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "base64");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw cause;
  }
}
