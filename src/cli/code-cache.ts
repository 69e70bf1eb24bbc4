/**
 * Runs one of our two big files from V8's own form of it. Node's compile cache keeps only what is compiled before a file
 * runs; this keeps what a run really used, which takes a cold start from 47 to 37 ms. Nothing depends on it: where it
 * cannot be read or written, or is not of this build and this Node, the file is compiled as usual.
 */
import { cacheFiles, keepCached, readCached } from "./cache-files.ts";
import type { Ran } from "./entry.ts";

const { readFileSync } = process.getBuiltinModule("node:fs");
const { Script } = process.getBuiltinModule("node:vm");

interface Exports {
  run(version: string, build: string): Promise<Ran>;
}

/** A CommonJS file that needs nothing but Node. */
export interface CachedScript {
  readonly file: string;
  /** Names its content. */
  readonly build: string;
  /** What is called: each command uses other parts. */
  readonly command: string;
}

/** Runs a file, and keeps what was compiled for the next time. Says whether all its output is written. */
export async function runCached({ file, build, command }: CachedScript, version: string): Promise<boolean> {
  // One for each build, Node and command; its name goes on with the parts that are in it.
  const start = `code-${build}-${process.version}-${process.arch}-${command}`;
  const isOf = (name: string): boolean => name === start || name.startsWith(`${start}+`);
  const files = cacheFiles("code-", process.env);
  const cached = files && readCached(files, isOf);
  const source = `(function(exports,module){${readFileSync(file, "latin1")}\n})`;
  const script = new Script(source, { filename: file, ...(cached && { cachedData: cached.data }) });
  const module = { exports: {} as Exports };
  script.runInThisContext()(module.exports, module);
  const { isWritten, loaded } = await module.exports.run(version, `${build}-${process.version}`);
  const known = cached === undefined || script.cachedDataRejected ? undefined : partsOf(cached.name);
  if (files !== undefined && !(known !== undefined && loaded.every(part => known.includes(part)))) {
    const parts = [...new Set([...(known ?? []), ...loaded])].sort();
    keepCached(files, { name: [start, ...parts].join("+"), data: script.createCachedData() }, isOf);
  }
  return isWritten;
}

const partsOf = (name: string): readonly string[] => name.split("+").slice(1);
