import { describe, expect, test } from "vitest";
import { decodeAnswer } from "../../../src/targets/local/api/http-answer.ts";

/** Hands over pieces of a size; what comes of it, and after how many bytes. */
function decode(text: string, size = text.length) {
  const [bytes, decoder] = [Buffer.from(text), decodeAnswer()];
  for (let at = 0; at < bytes.length; at += size) {
    const decoded = decoder.take(bytes.subarray(at, at + size));
    if (decoded !== undefined) {
      const { answer, isLast } = decoded;
      const { statusCode, headers, whole = [] } = answer;
      return {
        statusCode,
        headers,
        body: Buffer.from(whole).toString(),
        isLast,
        taken: Math.min(at + size, bytes.length),
      };
    }
  }
  const ended = decoder.end();
  return ended === undefined ? undefined : { body: Buffer.from(ended.whole ?? []).toString(), isLast: true };
}

const ok = "HTTP/1.1 200 OK\r\n";
const lengthy = `${ok}Content-Length: 7\r\nAPI-Version: 1.41\r\n\r\n{"a":1}`;
const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n004;x=y\r\n":1}\r\n0\r\n\r\n`;
const trailed = chunked.replace(/\r\n$/, "Digest: x\r\n\r\n");

describe.each([1, 2, 3, 5, 7, 1_000])("in pieces of %i bytes", size => {
  test.each([
    ["with its length", lengthy],
    ["in chunks", chunked],
    ["in chunks with trailers", trailed],
    ["after a word in between", `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${lengthy}`],
  ])("an answer is taken %s, when its last byte is there", (_, text) => {
    expect(decode(text, size)).toMatchObject({ statusCode: 200, body: '{"a":1}', isLast: false, taken: text.length });
  });

  test("one that ends with its connection is whole then", () => {
    expect(decode(`${ok}\r\n{"a":1}`, size)).toEqual({ body: '{"a":1}', isLast: true });
  });

  test.each([
    ["its length", lengthy],
    ["chunks", chunked],
    ["trailers", trailed],
  ])("one that is cut off is none, with %s", (_, text) => {
    for (let end = 1; end < text.length; end += 1) expect(decode(text.slice(0, end), size)).toBeUndefined();
  });

  test.each([
    ["SSH-2.0-OpenSSH\r\n\r\n"],
    [`${ok}Content-Length: many\r\n\r\n`],
    [`${ok}Transfer-Encoding: chunked\r\n\r\nmany\r\n`],
  ])("what is none is said to be none: %j", text => {
    expect(() => decode(text, size)).toThrow(expect.objectContaining({ status: 0, code: "NotEngine" }));
  });
});

test("names of headers are in small letters", () => {
  expect(decode(lengthy)?.headers).toEqual({ "content-length": "7", "api-version": "1.41" });
});

test.each([204, 304])("%i has no body", status => {
  expect(decode(`HTTP/1.1 ${status} \r\n\r\n`)).toMatchObject({ statusCode: status, body: "", isLast: false });
});

test.each([
  ["in HTTP/1.0", lengthy.replace("1.1", "1.0")],
  ["that says so", lengthy.replace("API", "Connection: close\r\nAPI")],
  ["with something behind it", `${lengthy}HTTP/1.1 200 OK`],
])("nothing follows one %s", (_, text) => {
  expect(decode(text)).toMatchObject({ body: '{"a":1}', isLast: true });
});

test("a head without an end is no head", () => {
  expect(() => decode(`${ok}X: ${"x".repeat(70_000)}`)).toThrow(expect.objectContaining({ code: "NotEngine" }));
});
