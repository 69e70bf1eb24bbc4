const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } =
  process.getBuiltinModule("node:fs");

/** Files of one kind in the user's own cache directory. Nothing depends on them, and anybody may throw them away. */
export interface CacheFiles {
  readonly directory: string;
  /** What all their names start with. */
  readonly kind: string;
}

export interface CacheFile {
  readonly name: string;
  readonly data: Buffer;
}

/** More than this many of one kind are thrown away. */
const mostFiles = 16;

/** None without a home, or where Node's own cache is off. */
export function cacheFiles(kind: string, environment: Readonly<Record<string, string | undefined>>) {
  const { XDG_CACHE_HOME, HOME, LOCALAPPDATA, NODE_DISABLE_COMPILE_CACHE } = environment;
  const home = XDG_CACHE_HOME || LOCALAPPDATA || (HOME && `${HOME}/.cache`);
  return home && !NODE_DISABLE_COMPILE_CACHE ? { directory: `${home}/alien-compile`, kind } : undefined;
}

/** What is cached is run and relied on, so it is read only if nobody else could have written it. */
export function readCached(
  { directory, kind }: CacheFiles,
  isWanted: (name: string) => boolean,
): CacheFile | undefined {
  return attempt(() => {
    const { uid, mode } = statSync(directory);
    const isOwn = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
    const name = isOwn ? readdirSync(directory).find(one => one.startsWith(kind) && isWanted(one)) : undefined;
    return name === undefined ? undefined : { name, data: readFileSync(`${directory}/${name}`) };
  });
}

/** Keeps a file in place of what it replaces. */
export function keepCached(
  { directory, kind }: CacheFiles,
  { name, data }: { readonly name: string; readonly data: string | Uint8Array },
  replaces: (name: string) => boolean = () => false,
): void {
  attempt(() => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const beside = `${directory}/${name}.${process.pid}`;
    writeFileSync(beside, data, { mode: 0o600 });
    renameSync(beside, `${directory}/${name}`);
    const others = readdirSync(directory).filter(other => other.startsWith(kind) && other !== name);
    const unwanted = others.length >= mostFiles ? others : others.filter(replaces);
    for (const other of unwanted) rmSync(`${directory}/${other}`, { force: true });
  });
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
