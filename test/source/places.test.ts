import { describe, expect, it } from "vitest";
import { readSource } from "../../src/source/index.ts";

const read = (...texts: readonly string[]) =>
  readSource(texts.map((text, index) => ({ name: String(index), text, bytesBefore: 0 }))).value;

const aliases = `shared: &shared
  level: info
  list: [a, b]
one: *shared
two:
  <<: *shared
  own: x
three:
  <<: [{ level: debug }, *shared]
  list: *nothing
four: { list: [*word, &word w, *word] }
"quoted key": 'it''s'
empty:
unicode: { "😀": é }
`;

describe("places", () => {
  type Case = readonly [path: string, on: "key" | "value", text: string, anchor?: string];
  const cases: readonly Case[] = [
    ["/shared/level", "value", "info"],
    ["/shared/level", "key", "level"],
    ["/shared/list/1", "value", "b"],
    ["/one", "key", "one"],
    ["/one", "value", "*shared", "level: info\n  list: [a, b]"],
    ["/one/level", "value", "*shared", "info"],
    ["/one/level", "key", "*shared", "level"],
    ["/one/list/0", "value", "*shared", "a"],
    ["/two/own", "value", "x"],
    ["/two/level", "value", "*shared", "info"],
    ["/three/level", "value", "debug"],
    ["/four/list/1", "value", "w"],
    ["/four/list/2", "value", "*word", "w"],
    ["/quoted key", "key", '"quoted key"'],
    ["/quoted key", "value", "'it''s'"],
    ["/empty", "value", "empty"],
    ["/unicode/😀", "value", "é"],
  ];

  const { places } = read(aliases);

  const full = cases.map(([path, on, text, anchor]) => [path, on, text, anchor] as const);
  it.each(full)("%s on its %s", (path, on, text, anchor) => {
    const span = places.span({ path, on });
    expect(span && aliases.slice(span.start, span.end)).toBe(text);
    const related = places.anchor?.({ path, on });
    expect(related && aliases.slice(related.start, related.end)).toBe(anchor);
  });

  it("of what is not there are none", () => {
    expect(places.span({ path: "/gone", on: "value" })).toBeUndefined();
    expect(places.span({ path: "/shared/list/7", on: "value" })).toBeUndefined();
  });

  it("of the last layer that says something", () => {
    const { places: layered } = read("a: { b: 1, c: 2 }\n", "a: { b: 3 }\n");
    expect(layered.span({ path: "/a/b", on: "value" })?.file).toBe("1");
    expect(layered.span({ path: "/a/c", on: "value" })?.file).toBe("0");
  });

  it("of an atomic mapping are in its last layer only", () => {
    const base = "resources: { a: { code: { type: image, image: i } } }\n";
    const { places: layered } = read(base, "resources: { a: { code: { type: source } } }\n");
    expect(layered.span({ path: "/resources/a/code/image", on: "value" })).toBeUndefined();
    expect(layered.span({ path: "/resources/a/code/type", on: "value" })?.file).toBe("1");
  });
});

describe("the text of a value", () => {
  const { sourceText } = read("a: 1.10\nb: *x\nc: &x 0x1F\nd: *x\ne:\nf: ~\n");
  it.each([
    ["/a", "1.10"],
    ["/c", "0x1F"],
    ["/d", "0x1F"],
    ["/e", ""],
    ["/f", "~"],
  ])("%s is %j", (path, text) => {
    expect(sourceText({ path, on: "value" })).toBe(text);
  });
});
