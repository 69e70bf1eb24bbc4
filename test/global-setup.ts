import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The directory of a build of the current source. */
    dist: string;
  }
}

/** Builds once, beside the committed `dist/`, what tests run as a process. */
export default function setup(project: TestProject): () => void {
  const directory = mkdtempSync(join(tmpdir(), "alien-compile-dist-"));
  execFileSync(process.execPath, ["scripts/build.ts", directory], { stdio: ["ignore", "ignore", "inherit"] });
  project.provide("dist", directory);
  const cache = mkdtempSync(join(tmpdir(), "alien-compile-cache-"));
  process.env.XDG_CACHE_HOME = cache;
  return () => {
    for (const made of [directory, cache]) rmSync(made, { recursive: true, force: true });
  };
}
