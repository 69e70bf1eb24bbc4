import { describe, expect, test } from "vitest";
import { logLines } from "../../../src/targets/local/api/log-lines.ts";

const moment = (second: number): string => `2026-11-22T05:08:${String(second).padStart(2, "0")}.391928198Z`;

function frame(stream: number, second: number, content: string | Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(`${moment(second)} `), Buffer.from(content)]);
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}

async function* chunks(all: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
}

async function read(all: readonly Buffer[], size = 1_000_000) {
  const lines: (readonly [string, string])[] = [];
  for await (const { at, text } of logLines(chunks(Buffer.concat(all), size))) lines.push([at, text]);
  return lines;
}

/** A line of so many bytes as the engine sends it: in pieces, with one moment. */
function pieces(stream: number, second: number, text: Buffer): readonly Buffer[] {
  const count = Math.ceil(text.length / 16_384);
  return Array.from({ length: count }, (_, index) =>
    frame(stream, second, text.subarray(index * 16_384, (index + 1) * 16_384)),
  );
}

const long = Buffer.from(`x${"é".repeat(20_000)}`);

describe("a log in frames", () => {
  test.each([1, 2, 7, 64, 1_000_000])("reads the same in chunks of %i bytes", async size => {
    const frames = [frame(1, 1, "one\n"), frame(2, 2, "zwei ü\n"), frame(1, 3, "\n"), frame(1, 4, "last")];
    expect(await read(frames, size)).toEqual([
      [moment(1), "one"],
      [moment(2), "zwei ü"],
      [moment(3), ""],
      [moment(4), "last"],
    ]);
  });

  test("has the pieces of a long line as one, whose cuts go through letters", async () => {
    const frames = [...pieces(1, 1, Buffer.concat([long, Buffer.from("\n")])), frame(1, 2, "after\n")];
    expect(frames.length).toBe(4);
    expect(await read(frames, 5_000)).toEqual([
      [moment(1), long.toString()],
      [moment(2), "after"],
    ]);
  });

  test("needs no end of line behind the last piece", async () => {
    expect(await read([...pieces(1, 1, long), frame(1, 2, "after\n")])).toEqual([
      [moment(1), long.toString()],
      [moment(2), "after"],
    ]);
  });

  test("tells a line without an end at once, where it is no full piece", async () => {
    const open = (async function* () {
      yield frame(1, 1, "short");
      await new Promise(() => undefined);
    })();
    expect(await logLines(open).next()).toEqual({ done: false, value: { at: moment(1), text: "short" } });
  });

  test("tells a line whose last piece is full when something else comes, or nothing more", async () => {
    const full = Buffer.alloc(16_384, "a");
    expect(await read([frame(1, 1, full), frame(1, 2, "b\n"), frame(2, 3, full)])).toEqual([
      [moment(1), full.toString()],
      [moment(2), "b"],
      [moment(3), full.toString()],
    ]);
  });

  test("keeps the pieces of both streams apart", async () => {
    const [first = Buffer.alloc(0), ...rest] = pieces(1, 1, long);
    expect(await read([first, frame(2, 1, "error\n"), ...rest])).toEqual([
      [moment(1), "error"],
      [moment(1), long.toString()],
    ]);
  });

  test("tells a line without an end in parts", async () => {
    const endless = Buffer.alloc(3 << 20, "a");
    const lines = await read(pieces(1, 1, endless));
    expect(lines.map(([, text]) => text.length)).toEqual([1 << 20, 1 << 20, 1 << 20]);
  });

  test("that is none is refused, and one that was cut off ends before", async () => {
    await expect(read([frame(1, 1, "one\n"), Buffer.from("HTTP garbage")])).rejects.toMatchObject({
      code: "NotEngine",
    });
    expect(await read([frame(1, 1, "one\n"), frame(1, 2, "two\n").subarray(0, 30)])).toEqual([[moment(1), "one"]]);
    expect(await read([])).toEqual([]);
  });
});

describe("a log of a terminal", () => {
  const line = (second: number, text: string) => Buffer.from(`${moment(second)} ${text}\r\n`);

  test.each([1, 3, 1_000_000])("reads the same in chunks of %i bytes", async size => {
    expect(await read([line(1, "one"), line(2, "zwei ü"), Buffer.from(`${moment(3)} last`)], size)).toEqual([
      [moment(1), "one"],
      [moment(2), "zwei ü"],
      [moment(3), "last"],
    ]);
  });

  test("has the moments of the pieces taken out of a long line", async () => {
    const [one, two] = ["a".repeat(16_384), "b".repeat(100)];
    expect(await read([line(1, `${one}${moment(1)} ${two}`)])).toEqual([[moment(1), one + two]]);
  });
});
