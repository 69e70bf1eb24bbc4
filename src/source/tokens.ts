import { type CST, Lexer, Parser } from "yaml";
import { limits } from "./limits.ts";

/** More syntax errors than this are not collected: what follows them is not read. */
export const mostSyntaxErrors = 20;

export interface Tokens {
  readonly tokens: readonly CST.Token[];
  /** Where collections are nested too deep, found while reading: nothing deeper is built. */
  readonly deep: number | undefined;
}

/** Text → syntax tree. Stops at what will be refused anyway, so that it costs no more than its beginning. */
export function tokenize(text: string): Tokens {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let errors = 0;
  // The first characters of the last three pieces that stand side by side.
  let row = "";
  for (const lexeme of new Lexer().lex(text)) {
    const kind = kindOf(lexeme);
    if (kind === "piece") {
      row = row.slice(-2) + lexeme[0];
      if (isTooMuch.test(row)) errors += 1;
    } else if (kind === "other") row = "";
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type === "error") errors += 1;
    }
    // The document lies below its collections, what is being read above them.
    const deep = parser.stack[limits.depth + 2];
    if (deep !== undefined) return { tokens, deep: deep.offset };
    if (errors >= mostSyntaxErrors) break;
  }
  tokens.push(...parser.end());
  return { tokens, deep: undefined };
}

/** Whether a lexeme is white space, the beginning of a quoted text, anchor or tag, or something else. */
function kindOf(lexeme: string): "space" | "piece" | "other" {
  switch (lexeme.charCodeAt(0)) {
    case 0x20:
    case 0x09:
      return "space";
    case 0x21:
    case 0x22:
    case 0x26:
    case 0x27:
      return "piece";
    default:
      return "other";
  }
}

/** Two quoted texts, or more than one anchor and one tag. The parser notes each as an error, so many of them are slow. */
const isTooMuch = /["']["']$|[&!]{3}$/;
