import fc from "fast-check";

/** What readers of YAML 1.1 or 1.2 give a meaning, alone or beside something else. */
const words =
  "e E y Y yes No on OFF true False null Null NULL ~ = << .inf -.INF .NaN nan inf e1 E1 e+1 e_ e. e-5 1e3 0x1f 0o7 017 0b1 1_000 _1 -_2 +_3 -1_E40 " +
  "1.5 1. .5 +1 -0 1e+21 12:30:45 2001-01-01 2001-12-14t21:59:43.10-05:00 --- ... - ? : a: a:b :a #c @a `a %a !t !!str &a *a | > |2 >- " +
  '{} [] {a: 1} [a] , \' " \'\' \\ \\n $ ${A} $(A) http://a:80/x ghcr.io/a/b:v1 a@sha256:0 a=b __proto__ {"a":"b"} constructor';
const breaks = [
  "\n",
  "\n\n",
  " ",
  "  ",
  "\t",
  "\r",
  "\r\n",
  "\u0085",
  "\u2028",
  "\u2029",
  "\ufeff",
  "\u00a0",
  "\0",
  "\x7f",
];
const others = ["a", "ab_c", "é", "😀", "\ufffe", "\uffff", "\u{10ffff}", "x".repeat(130), "0", "-", "_", ".", ":"];

const pieces = fc.constantFrom(...words.split(" "), ...breaks, ...others);
const strings: fc.Arbitrary<string> = fc.oneof(
  { weight: 1, arbitrary: pieces },
  { weight: 4, arbitrary: fc.array(pieces, { minLength: 2, maxLength: 5 }).map(parts => parts.join("")) },
  { weight: 2, arbitrary: fc.array(pieces, { maxLength: 5 }).map(lines => `${lines.join("\n")}\n`) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme" }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  { weight: 2, arbitrary: fc.stringMatching(/^[+-]?[0-9a-fobxeE._:-]{1,8}$/) },
  { weight: 1, arbitrary: fc.stringMatching(/^[A-Za-z_.-][A-Za-z0-9_./:-]{0,5}$/) },
);

export const sampleStrings = (count: number, seed: number): readonly string[] => [
  ...new Set(["", "x".repeat(2000), ...words.split(" "), ...fc.sample(strings, { numRuns: count, seed })]),
];

/** JSON.parse may read an escaped key as one seen before that ends in a backslash: nodejs/node#63785. */
const keys = strings.filter(text => !text.includes("\\"));

const { value: structures } = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: "medium" },
    strings,
    fc.constantFrom(null, true, false, 0, -1, 443, 0.1, -2.5, 1e21, 1e-7, -1.5e300, 2 ** 53 - 1),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(keys, tie("value"), { maxKeys: 4 }),
  ),
}));

export const sampleStructures = (count: number, seed: number): readonly unknown[] =>
  fc.sample(structures, { numRuns: count, seed });

/** Every string as an item, a value and a key. */
export const everywhere = (strings: readonly string[]): object => ({
  items: strings,
  values: Object.fromEntries(strings.map((text, index) => [`k${index}`, text])),
  keys: Object.fromEntries(strings.map((text, index) => [text, index])),
  nested: strings.map(text => [[text], { [text]: { a: text } }]),
});
