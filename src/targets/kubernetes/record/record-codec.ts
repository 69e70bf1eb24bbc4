import { type DeploymentRecord, type JudgedRecord, judgeRecord } from "../../../state/index.ts";

/** What was read: a record, or why it is none. */
export type Decoded =
  | Exclude<JudgedRecord, { kind: "damaged" }>
  | { readonly kind: "damaged"; readonly problem: "packing" | "size" | "text" | "field"; readonly field?: string };

/** A record, ready to be stored; or by how many bytes it is too large for that. */
export type Encoded =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "too-large"; readonly size: number; readonly limit: number };

/** Kubernetes stores 1 MiB in a Secret; the rest of it takes some too. */
const mostStored = 1_000_000;
const mostUnpacked = 32 * 1024 * 1024;
/** What the uid and the digest of an object take: what is too large once it was written is refused before. */
const entrySize = 100;

/** The record as a Secret holds it: base64 of gzip of JSON. Equal records, their fields in one order, give equal text. */
export async function encodeRecord(record: DeploymentRecord): Promise<Encoded> {
  const json = new Blob([JSON.stringify(record)]);
  if (json.size > mostUnpacked) return { kind: "too-large", size: json.size, limit: mostUnpacked };
  const packed = await bytesOf(json.stream().pipeThrough(new CompressionStream("gzip")));
  const text = packed.toString("base64");
  const size = text.length + record.inventory.filter(({ digest }) => digest === undefined).length * entrySize;
  return size > mostStored ? { kind: "too-large", size, limit: mostStored } : { kind: "text", text };
}

export async function decodeRecord(text: string, stack: string): Promise<Decoded> {
  const unpacked = await unpack(Buffer.from(text, "base64"));
  if (typeof unpacked === "string") return { kind: "damaged", problem: unpacked };
  const value = parse(unpacked);
  if (value === undefined) return { kind: "damaged", problem: "text" };
  const judged = judgeRecord(value, { stack, platform: "kubernetes" });
  return judged.kind === "damaged" ? { ...judged, problem: "field" } : judged;
}

/** The bytes, or what keeps them from being unpacked. */
async function unpack(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array | "packing" | "size"> {
  try {
    return await bytesOf(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")), mostUnpacked);
  } catch (cause) {
    if (cause instanceof RangeError) return "size";
    // What the stream says of bytes that are not gzip, end too early, or go on.
    if (cause instanceof Error) return "packing";
    throw cause;
  }
}

/** Throws a RangeError as soon as there are more than so many. */
async function bytesOf(stream: ReadableStream<Uint8Array>, most = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stream) {
    size += piece.length;
    if (size > most) throw new RangeError("too many bytes");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof TypeError) return undefined;
    throw cause;
  }
}
