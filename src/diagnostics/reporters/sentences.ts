import type { LocatedDiagnostic } from "../locate.ts";

/** Everything a finding says at its place, for formats that have one text for it. */
export const sentences = ({ message, label, help }: LocatedDiagnostic): readonly string[] =>
  [message, label, help].filter(sentence => sentence !== undefined);
