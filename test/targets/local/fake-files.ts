import { pack as createPack, extract, type Headers } from "tar-stream";

/** One file or directory of a container or a volume. */
export interface FakeFile {
  readonly type: "file" | "directory";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly data: Uint8Array;
}

/** Files by their path in the tree, without a slash at either end; the root is the empty path. */
export type FakeTree = Map<string, FakeFile>;

export const directory = (mode = 0o755): FakeFile => ({
  type: "directory",
  mode,
  uid: 0,
  gid: 0,
  data: new Uint8Array(),
});

export const createTree = (): FakeTree => new Map([["", directory()]]);

export const trimmed = (path: string): string => path.replace(/^[./]*\/|^\.$|\/+\.?$/g, "");

interface Entry {
  readonly name: string;
  readonly file: FakeFile;
}

/** What stands in an archive. The entry of the directory itself is passed over, as the engine does. */
export async function unpack(tar: Uint8Array): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  const reading = extract();
  reading.on("entry", ({ name, type, linkname, mode = 0o644, uid = 0, gid = 0 }: Headers, content, next) => {
    const pieces: Uint8Array[] = [];
    content.on("data", (piece: Uint8Array) => pieces.push(piece));
    content.on("end", () => {
      const kind = type === "directory" ? "directory" : "file";
      const linked = entries.findLast(entry => type === "link" && entry.name === linkname)?.file.data;
      const data = linked ?? Buffer.concat(pieces);
      // An engine says the kind of a file in its mode, too.
      entries.push({ name: trimmed(name), file: { type: kind, mode: mode & 0o7777, uid, gid, data } });
      next();
    });
  });
  await new Promise((resolve, reject) => reading.on("finish", resolve).on("error", reject).end(Buffer.from(tar)));
  return entries.filter(({ name }) => name !== "");
}

/** A file or directory with everything in it, named by its last part. */
export async function packed(name: string, files: readonly (readonly [string, FakeFile])[]): Promise<Uint8Array> {
  const packing = createPack();
  for (const [path, { data, ...file }] of files) {
    const full = [name, path].filter(part => part !== "").join("/");
    packing.entry({ name: file.type === "directory" ? `${full}/` : full, ...file }, Buffer.from(data));
  }
  packing.finalize();
  const pieces: Uint8Array[] = [];
  for await (const piece of packing) pieces.push(piece as Uint8Array);
  return Buffer.concat(pieces);
}
