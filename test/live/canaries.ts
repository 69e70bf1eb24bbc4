import { randomBytes } from "node:crypto";

/** Values that occur nowhere else, by the variable that holds them. */
export function createCanaries() {
  const word = (bytes = 12): string => randomBytes(bytes).toString("hex");
  const line = (): string => randomBytes(48).toString("base64");
  return {
    PLAIN: `canary-${word()}`,
    KEY: `-----BEGIN PRIVATE KEY-----\n${line()}\n${line()}\n-----END PRIVATE KEY-----\n`,
    ODD: `q"u'o\\t${word(6)}é漢/ +%&${word(4)}`,
    SHORT: `z${randomBytes(2).toString("hex")}`,
    BOUND: `bound-"${word(8)}`,
    COMMANDS: `commands-${word()}`,
  } as const;
}

const everyone = /^-----(?:BEGIN|END) PRIVATE KEY-----$/;

/** Every spelling of values in which somebody could find them. */
export function tracesOf(values: Iterable<string>): ReadonlyMap<string, string> {
  const parts = [...values].flatMap(value => [value, ...value.split("\n")]);
  const telling = [...new Set(parts)].filter(part => part.length >= 5 && !everyone.test(part));
  return new Map(telling.flatMap(part => formsOf(part).map(form => [form, part] as const)));
}

function formsOf(text: string): readonly string[] {
  const inJson = JSON.stringify(text).slice(1, -1);
  const hex = Buffer.from(text).toString("hex");
  const base64 = [text, inJson].flatMap(form => [0, 1, 2].map(offset => base64At(Buffer.from(form), offset)));
  const inUrl = base64.map(form => form.replaceAll("+", "-").replaceAll("/", "_"));
  const coded = [...base64, ...inUrl].filter(form => form.length >= 5);
  return [
    text,
    inJson,
    JSON.stringify(inJson).slice(1, -1),
    encodeURIComponent(text),
    hex,
    hex.toUpperCase(),
    ...coded,
  ];
}

/** What stands in the base64 of a longer text in which the value starts at this byte of three. */
function base64At(bytes: Buffer, offset: number): string {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes]);
  return whole.toString("base64").slice(Math.ceil((offset * 4) / 3), Math.floor((whole.length * 4) / 3));
}

/** Which of the spellings stand in a text. */
export const found = (traces: ReadonlyMap<string, string>, text: string): readonly string[] =>
  [...traces.keys()].filter(form => text.includes(form));
