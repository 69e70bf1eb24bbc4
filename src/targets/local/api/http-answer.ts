import { EngineError } from "./error.ts";
import type { Answer } from "./line.ts";

/** Takes the pieces of one answer as they come. Throws what is not one. */
export interface Decoder {
  /** The answer, when it is whole. */
  take(piece: Buffer): Decoded | undefined;
  /** The answer that ends with its connection, if it does. */
  end(): Answer | undefined;
}

export interface Decoded {
  readonly answer: Answer;
  /** Whether nothing can follow it on its connection. */
  readonly isLast: boolean;
}

interface Head extends Pick<Decoded, "isLast"> {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A head that has no end within so many bytes is none. */
const longestHead = 64 * 1024;
const headEnd = "\r\n\r\n";
const lineEnd = "\r\n";

/** Reads one answer in HTTP/1.1 to a GET. */
export function decodeAnswer(): Decoder {
  let rest: Buffer = Buffer.alloc(0);
  let head: Head | undefined;
  let body: Body | undefined;
  return {
    take: piece => {
      rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      while (head === undefined) {
        const end = rest.indexOf(headEnd);
        if (end === -1 && rest.length <= longestHead) return undefined;
        const read = readHead(rest.toString("latin1", 0, Math.max(end, 0)));
        rest = rest.subarray(end + headEnd.length);
        // One that only says that another one follows.
        if (read.statusCode >= 200) [head, body] = [read, bodyOf(read)];
      }
      rest = body?.take(rest) ?? rest;
      return body?.isWhole() ? { answer: answerOf(head, body), isLast: head.isLast || rest.length > 0 } : undefined;
    },
    end: () => (head !== undefined && body?.endsWithConnection ? answerOf(head, body) : undefined),
  };
}

function answerOf({ statusCode, headers }: Head, { pieces }: Body): Answer {
  const whole = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  return {
    statusCode,
    headers,
    whole,
    [Symbol.asyncIterator]: async function* () {
      yield whole;
    },
  };
}

function readHead(text: string): Head {
  const [first = "", ...lines] = text.split(lineEnd);
  const [, minor, status] = /^HTTP\/1\.([01]) (\d{3})\b/.exec(first) ?? [];
  if (status === undefined) throw notHttp();
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const isLast = minor === "0" || headers.connection?.toLowerCase() === "close";
  return { statusCode: Number(status), headers, isLast };
}

const notHttp = () => new EngineError("the answer is not one of the API", { status: 0, code: "NotEngine" });

/** What follows a head, in one of three forms. */
interface Body {
  readonly pieces: Buffer[];
  readonly endsWithConnection: boolean;
  /** Takes what belongs to it, and returns what does not, or not yet. */
  take(bytes: Buffer): Buffer;
  isWhole(): boolean;
}

function bodyOf({ statusCode, headers }: Head): Body {
  if (statusCode === 204 || statusCode === 304) return ofLength(0);
  if (headers["transfer-encoding"]?.toLowerCase() === "chunked") return inChunks();
  const length = headers["content-length"];
  if (length === undefined) return untilTheEnd();
  if (!/^\d{1,15}$/.test(length)) throw notHttp();
  return ofLength(Number(length));
}

function ofLength(length: number): Body {
  const pieces: Buffer[] = [];
  let missing = length;
  return {
    pieces,
    endsWithConnection: false,
    take: bytes => {
      const part = bytes.subarray(0, missing);
      if (part.length > 0) pieces.push(part);
      missing -= part.length;
      return bytes.subarray(part.length);
    },
    isWhole: () => missing === 0,
  };
}

function untilTheEnd(): Body {
  const pieces: Buffer[] = [];
  return {
    pieces,
    endsWithConnection: true,
    take: bytes => {
      pieces.push(bytes);
      return bytes.subarray(bytes.length);
    },
    isWhole: () => false,
  };
}

/** Each chunk is a line with its length in hex, so many bytes and the end of a line; after the last, empty one come lines. */
function inChunks(): Body {
  const pieces: Buffer[] = [];
  /** Bytes of the chunk at hand, and of the end of its line, that have not come. */
  let missing = 0;
  let state: "chunks" | "trailers" | "whole" = "chunks";
  const takeLine = (line: string): void => {
    if (state === "trailers") {
      if (line === "") state = "whole";
      return;
    }
    const size = sizeOf(line);
    if (size === 0) state = "trailers";
    else missing = size + lineEnd.length;
  };
  const takeContent = (bytes: Buffer): Buffer => {
    const content = bytes.subarray(0, Math.max(0, missing - lineEnd.length));
    if (content.length > 0) pieces.push(content);
    const rest = bytes.subarray(missing);
    missing -= bytes.length - rest.length;
    return rest;
  };
  return {
    pieces,
    endsWithConnection: false,
    take: bytes => {
      let rest = bytes;
      while (state !== "whole" && rest.length > 0) {
        if (missing > 0) {
          rest = takeContent(rest);
          continue;
        }
        const end = rest.indexOf(lineEnd);
        if (end === -1) return rest;
        takeLine(rest.toString("latin1", 0, end));
        rest = rest.subarray(end + lineEnd.length);
      }
      return rest;
    },
    isWhole: () => state === "whole",
  };
}

function sizeOf(line: string): number {
  const [, size] = /^([0-9a-f]{1,8})\s*(?:;.*)?$/i.exec(line) ?? [];
  if (size === undefined) throw notHttp();
  return Number.parseInt(size, 16);
}
