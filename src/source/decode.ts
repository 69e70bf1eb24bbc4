import { type Diagnostic, finding, type SourceText, type Staged } from "../diagnostics/index.ts";
import { limits } from "./limits.ts";

/** One input file, decoded. `name` is what findings print. */
export interface SourceFile extends SourceText {
  readonly name: string;
}

/** Decodes the bytes of one input; without a value where they are not UTF-8 text. */
export function decodeSource(name: string, bytes: Uint8Array): Staged<SourceFile | undefined> {
  const refuse = (diagnostic: Diagnostic) => ({ value: undefined, diagnostics: [diagnostic] });
  if (bytes.length > limits.inputBytes) return refuse(tooLarge(name, bytes.length));
  const encoding = foreignEncoding(bytes);
  if (encoding !== undefined) return refuse(finding("not-utf8", { file: name }, { encoding }));
  if (bytes.includes(0)) return refuse(finding("binary-file", { file: name }, {}));
  const text = decodeUtf8(bytes);
  if (text === undefined) return refuse(finding("not-utf8", { file: name }, { encoding: "not UTF-8" }));
  const marked = text.startsWith("\uFEFF");
  return { value: { name, text: marked ? text.slice(1) : text, bytesBefore: marked ? 3 : 0 }, diagnostics: [] };
}

/** The finding for input that is too large to be read at all; `size` in bytes. */
export const tooLarge = (name: string, size: number): Diagnostic =>
  finding("too-large", { file: name }, { size: mebibytes(size), limit: mebibytes(limits.inputBytes) });

/** Rounded up, so that what is over the limit does not read like it. */
const mebibytes = (bytes: number): string => `${(Math.ceil((bytes * 10) / 1024 / 1024) / 10).toFixed(1)} MiB`;

function foreignEncoding(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? "UTF-32" : "UTF-16";
  if (a === 0xfe && b === 0xff) return "UTF-16";
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return "UTF-32";
  const everySecondByteIsNul = bytes.length > 3 && ((a === 0 && c === 0 && b !== 0) || (b === 0 && d === 0 && a !== 0));
  return everySecondByteIsNul ? "UTF-16" : undefined;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof TypeError) return undefined;
    throw cause;
  }
}
