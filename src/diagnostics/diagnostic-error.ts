import type { Diagnostic } from "./diagnostic.ts";

/** An operation that cannot go on. Thrown once, where it is noticed; the edge reports its findings. */
export class DiagnosticError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[], options?: { readonly cause?: unknown }) {
    super(diagnostics.map(({ name }) => name).join(", "), options);
    this.name = "DiagnosticError";
    this.diagnostics = diagnostics;
  }
}
