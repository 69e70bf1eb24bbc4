import type { TimedLine } from "./engine.ts";
import { EngineError } from "./error.ts";

/** The engine cuts lines into pieces of so many bytes, which all carry the moment of the first. */
const pieceSize = 16_384;
/** What is longer is told in parts. */
const longest = 1 << 20;

/**
 * The lines of a log with timestamps, from either form in which an engine sends it: of a process with a terminal as it is;
 * else in frames, which begin with a byte below 3 where the other form has a digit.
 */
export async function* logLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TimedLine, void> {
  const read = chunks[Symbol.asyncIterator]();
  try {
    const first = await read.next();
    if (first.done) return;
    const all = resumed(first.value, read);
    yield* (first.value[0] ?? 0) < 3 ? joined(frames(all)) : terminalLines(all);
  } finally {
    await read.return?.();
  }
}

async function* resumed<T>(first: T, rest: AsyncIterator<T>): AsyncGenerator<T, void> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

interface Frame {
  /** 1 or 2. */
  readonly stream: number;
  readonly content: Buffer;
}

const headSize = 8;

async function* frames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Frame, void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    while (rest.length >= headSize) {
      const [stream = 0, end] = [rest[0], headSize + rest.readUInt32BE(4)];
      if (stream > 2) throw new EngineError("the log is not one of the API", { status: 0, code: "NotEngine" });
      if (rest.length < end) break;
      yield { stream, content: rest.subarray(headSize, end) };
      rest = rest.subarray(end);
    }
  }
}

interface Piece {
  readonly at: string;
  readonly text: Buffer;
}

/** Puts the pieces of long lines together again, before they are read as text: a cut may go through a letter. */
async function* joined(messages: AsyncIterable<Frame>): AsyncGenerator<TimedLine, void> {
  const open = new Map<number, readonly Piece[]>();
  for await (const { stream, content } of messages) {
    const piece = pieceOf(content);
    const before = open.get(stream) ?? [];
    const isMore = before[0]?.at === piece.at;
    if (before.length > 0 && !isMore) yield lineOf(before);
    const pieces = isMore ? [...before, piece] : [piece];
    const isOpen = isPart(piece) && pieces.length * pieceSize < longest;
    open.set(stream, isOpen ? pieces : []);
    if (!isOpen) yield lineOf(pieces);
  }
  for (const pieces of open.values()) if (pieces.length > 0) yield lineOf(pieces);
}

function pieceOf(content: Buffer): Piece {
  const space = content.indexOf(" ");
  return { at: content.toString("latin1", 0, space), text: content.subarray(space + 1) };
}

/** Some drivers leave the end of a long line away: only a full piece has more to come. */
const isPart = ({ text }: Piece): boolean => text.length >= pieceSize && text.at(-1) !== newline;
const newline = 0x0a;

const lineOf = (pieces: readonly Piece[]): TimedLine => ({
  at: pieces[0]?.at ?? "",
  text: Buffer.concat(pieces.map(({ text }) => text))
    .toString("utf8")
    .replace(/\n$/, ""),
});

async function* terminalLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TimedLine, void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(newline); end !== -1; end = rest.indexOf(newline)) {
      yield terminalLine(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
    }
  }
  if (rest.length > 0) yield terminalLine(rest);
}

/** Here the engine puts its pieces together, and their timestamps with them. */
function terminalLine(line: Buffer): TimedLine {
  const { at, text } = pieceOf(line);
  const whole = text.toString("utf8").replace(/\r$/, "");
  return { at, text: text.length < pieceSize ? whole : whole.replaceAll(`${at} `, "") };
}
