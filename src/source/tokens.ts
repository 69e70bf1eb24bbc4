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
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type === "error") errors += 1;
    }
    // The document lies below its collections, what is being read above them.
    const deep = parser.stack[limits.depth + 2];
    if (deep !== undefined) return { tokens, deep: deep.offset };
    if (errors >= mostSyntaxErrors) return { tokens, deep: undefined };
  }
  tokens.push(...parser.end());
  return { tokens, deep: undefined };
}
