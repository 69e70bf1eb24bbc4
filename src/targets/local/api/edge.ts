import { DiagnosticError } from "../../../diagnostics/index.ts";
import { EngineError } from "./error.ts";
import { engineFinding } from "./findings.ts";

/** What an engine says, or does not say, becomes a finding here, and nowhere else. */
export async function atTheEdge<T>(address: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw asFinding(cause, address);
  }
}

export async function* eachAtTheEdge<T>(address: string, items: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* items;
  } catch (cause) {
    throw asFinding(cause, address);
  }
}

const asFinding = (cause: unknown, address: string): unknown =>
  cause instanceof EngineError ? new DiagnosticError([engineFinding(cause, address)], { cause }) : cause;
