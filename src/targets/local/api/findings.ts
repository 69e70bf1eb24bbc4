import { type Diagnostic, finding } from "../../../diagnostics/index.ts";
import { plainWords } from "../../index.ts";
import type { EngineError } from "./error.ts";

const nowhere = { argument: "" };

/** What an error of the engine, or its silence, means to the user. */
export function engineFinding(error: EngineError, address: string): Diagnostic {
  const { status, code, message } = error;
  if (code === "TooOld") return finding("engine-too-old", nowhere, { address, version: message });
  const problem = firstLine(message);
  if (status === 0) return finding("engine-unreachable", nowhere, { address, problem: code || problem });
  return finding(status >= 500 ? "engine-failing" : "engine-refuses", nowhere, { address, status, problem });
}

const firstLine = (message: string): string => (plainWords(message).split(/\r?\n/)[0] ?? "").slice(0, 300);
