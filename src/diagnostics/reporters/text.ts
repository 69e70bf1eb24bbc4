import { summary } from "../catalogue/messages.ts";
import { codeFrame } from "../code-frame.ts";
import { painter } from "../color.ts";
import type { Report } from "../locate.ts";

/** For people: a code frame for each finding, and their number in the last line. Nothing if there is no finding. */
export function reportText(report: Report, options: { readonly color: boolean }): string {
  if (report.diagnostics.length === 0) return "";
  const paint = painter(options);
  const frames = report.diagnostics.map(diagnostic => `${codeFrame(diagnostic, report, paint).join("\n")}\n`);
  return [...frames, `${paint("strong", summary(report))}\n`].join("\n");
}
