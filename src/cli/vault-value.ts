import { finding, type Staged } from "../diagnostics/index.ts";
import { type Call, hasFlag } from "./call.ts";
import type { World } from "./world.ts";

const mostBytes = 1024 * 1024;

/** The value on standard input, without the one line end that `echo` and editors write behind it. */
export async function vaultValue(
  call: Call,
  world: World,
  names: { readonly vault: string; readonly key: string },
): Promise<Staged<string | undefined>> {
  const read = decoded(await world.stdin(mostBytes));
  const value = read.text !== undefined && !hasFlag(call, "keep-newline") ? read.text.replace(/\r?\n$/, "") : read.text;
  const problem = value === "" ? "empty" : read.problem;
  if (problem === undefined) return { value, diagnostics: [] };
  return { value: undefined, diagnostics: [finding("bad-vault-value", { argument: "-" }, { problem, ...names })] };
}

interface Decoded {
  readonly text?: string;
  readonly problem?: "too-large" | "not-text";
}

function decoded(bytes: Uint8Array | undefined): Decoded {
  if (bytes === undefined) return { problem: "too-large" };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (cause) {
    if (cause instanceof TypeError) return { problem: "not-text" };
    throw cause;
  }
}
