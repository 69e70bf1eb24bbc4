/** JSON on one line, in which nothing stands that a terminal could obey. */
export const jsonLine = (value: unknown): string =>
  `${JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, escaped)}\n`;

const escaped = (character: string): string =>
  character
    .split("")
    .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
