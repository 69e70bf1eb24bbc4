import { locate, type Report } from "../locate.ts";
import { reportGithub } from "./github.ts";
import { reportJson } from "./json.ts";
import { reportSarif } from "./sarif.ts";
import { reportText } from "./text.ts";

export { locate, reportGithub, reportJson, reportSarif, reportText };

export type ReporterName = "text" | "json" | "github" | "sarif";

/** Turns a report into what is printed: empty, or whole lines. */
export type Reporter = (report: Report, options: { readonly color: boolean; readonly version: string }) => string;

/** The reporters by name, in the order they are offered. */
export const reporters: Readonly<Record<ReporterName, Reporter>> = {
  text: reportText,
  json: reportJson,
  github: reportGithub,
  sarif: reportSarif,
};
