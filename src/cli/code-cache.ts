/**
 * Runs our one big file from V8's own form of it. Node's compile cache keeps only what is compiled before a file runs;
 * this keeps what a run really used, which takes a cold start from 47 to 37 ms. Nothing depends on it: where it cannot
 * be read or written, or is not of this build and this Node, the file is compiled as usual.
 */
const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } =
  process.getBuiltinModule("node:fs");
const { Script } = process.getBuiltinModule("node:vm");

interface Exports {
  run(version: string): Promise<boolean>;
}

/** Old builds and old Nodes leave theirs behind; more than this many are thrown away. */
const mostCaches = 16;

/** Loads a CommonJS file, calls `use` with its exports, and keeps what was compiled for the next time. */
export async function runCached<T>(file: string, build: string, use: (exports: Exports) => Promise<T>): Promise<T> {
  const cache = cacheFile(build);
  const cachedData = cache === undefined ? undefined : attempt(() => readOwn(cache));
  const source = `(function(exports,module,loadLazily){${readFileSync(file, "utf8")}\n})`;
  const script = new Script(source, { filename: file, ...(cachedData === undefined ? {} : { cachedData }) });
  const module = { exports: {} as Exports };
  script.runInThisContext()(module.exports, module, (name: string) => import(name));
  const result = await use(module.exports);
  const isKnown = cachedData !== undefined && script.cachedDataRejected !== true;
  if (cache !== undefined && !isKnown) attempt(() => keep(cache, script.createCachedData()));
  return result;
}

/** One file for each build, Node and command, in the user's own cache directory; none without a home or where Node's cache is off. */
function cacheFile(build: string): { readonly directory: string; readonly name: string } | undefined {
  const { XDG_CACHE_HOME, HOME, LOCALAPPDATA, NODE_DISABLE_COMPILE_CACHE } = process.env;
  const home = XDG_CACHE_HOME || LOCALAPPDATA || (HOME && `${HOME}/.cache`);
  if (!home || NODE_DISABLE_COMPILE_CACHE) return undefined;
  const command = /^[a-z]+$/.exec(process.argv[2] ?? "")?.[0] ?? "render";
  return { directory: `${home}/alien-compile`, name: `${build}-${process.version}-${process.arch}-${command}` };
}

type CacheFile = NonNullable<ReturnType<typeof cacheFile>>;

/** What is cached is run, so it is read only if nobody else could have written it. */
function readOwn({ directory, name }: CacheFile): Buffer | undefined {
  const { uid, mode } = statSync(directory);
  const isOwn = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
  return isOwn ? readFileSync(`${directory}/${name}`) : undefined;
}

function keep({ directory, name }: CacheFile, data: Buffer): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const others = readdirSync(directory).filter(other => other !== name);
  if (others.length >= mostCaches) for (const other of others) rmSync(`${directory}/${other}`, { force: true });
  const beside = `${directory}/${name}.${process.pid}`;
  writeFileSync(beside, data, { mode: 0o600 });
  renameSync(beside, `${directory}/${name}`);
}

/** What the operating system refuses is no loss: it is only a cache. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (cause) {
    if (cause instanceof Error && "code" in cause) return undefined;
    throw cause;
  }
}
