import { type Diagnostic, noPlaces, type Places } from "../diagnostics/index.ts";
import { type Call, flagOf } from "./call.ts";
import { report } from "./report.ts";
import type { World } from "./world.ts";

/** The findings of one call that takes a while. */
export interface Findings {
  report(diagnostics: readonly Diagnostic[]): Promise<void>;
  /** Writes what was held back. */
  close(): Promise<void>;
}

/** Reports findings as they come; all at the end in the forms of which there can be only one document. */
export function createFindings(world: World, call: Call, places: Places = noPlaces): Findings {
  const format = flagOf(call, "diagnostics") ?? "text";
  const isDocument = format === "json" || format === "sarif";
  const held: Diagnostic[] = [];
  const write = (diagnostics: readonly Diagnostic[]): Promise<void> => report(world, { diagnostics, places }, call);
  return {
    report: async diagnostics => {
      if (isDocument) held.push(...diagnostics);
      else await write(diagnostics);
    },
    close: () => write(held.splice(0)),
  };
}
