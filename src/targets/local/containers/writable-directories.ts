const blockSize = 512;

/**
 * A tar archive of these directories, open to every user. Unpacked over the mount points of a container, it opens the
 * volumes behind them, which belong to root when they are new: the image's user may be another one. Nobody else mounts them.
 */
export function writableDirectories(paths: readonly string[]): Uint8Array {
  const headers = paths.map(path => directoryHeader(`${path.replace(/^\//, "")}/`));
  return new Uint8Array(Buffer.concat([...headers, Buffer.alloc(2 * blockSize)]));
}

function directoryHeader(name: string): Buffer {
  const header = Buffer.alloc(blockSize);
  const { prefix, last } = split(name);
  header.write(last, 0, 100);
  header.write("0000777\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write("00000000000\0", 124);
  header.write("00000000000\0", 136);
  header.write("        ", 148);
  header.write("5", 156);
  header.write("ustar\u000000", 257);
  header.write(prefix, 345, 155);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

/** The format gives the last part of a path 100 bytes, and what stands before it 155. */
function split(name: string): { readonly prefix: string; readonly last: string } {
  if (name.length <= 100) return { prefix: "", last: name };
  const at = name.indexOf("/", name.length - 101);
  return { prefix: name.slice(0, at), last: name.slice(at + 1) };
}
