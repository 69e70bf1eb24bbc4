import { DiagnosticError } from "../../../diagnostics/index.ts";
import { ApiError } from "./error.ts";
import { apiFinding } from "./findings.ts";

export interface Edge {
  readonly server: string;
  readonly namespace: string;
  /** Where the document says the namespace. */
  readonly namespacePath?: string | undefined;
}

/** What the server says, or does not say, becomes a finding here and nowhere else. */
export async function atTheEdge<T>(edge: Edge, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw asFinding(cause, edge);
  }
}

export async function* eachAtTheEdge<T>(edge: Edge, items: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* items;
  } catch (cause) {
    throw asFinding(cause, edge);
  }
}

const asFinding = (cause: unknown, edge: Edge): unknown =>
  cause instanceof ApiError ? new DiagnosticError([apiFinding(cause, edge)], { cause }) : cause;
