import { locate } from "../src/diagnostics/index.ts";
import type { Platform } from "../src/ir/index.ts";
import { type CheckResult, check } from "../src/pipeline.ts";

/** Checks layers given as text. The first is `alien.yaml`, the others `layer-1.yaml` and so on. */
export const checkText = (texts: readonly string[], platform?: Platform): CheckResult =>
  check({
    files: texts.map((text, index) => ({
      name: index === 0 ? "alien.yaml" : `layer-${index}.yaml`,
      text,
      bytesBefore: 0,
    })),
    choose: () => platform,
  });

/** Findings as `<code> <file>:<line>:<column>-<end column>`, sorted by place. */
export function findingsOf({ diagnostics, places }: Pick<CheckResult, "diagnostics" | "places">): readonly string[] {
  return locate(diagnostics, places).diagnostics.map(({ code, range, file }) =>
    range === undefined
      ? `${code} ${file ?? ""}`.trim()
      : `${code} ${range.file}:${range.start.line}:${range.start.column}-${range.end.column}`,
  );
}

export const findingsIn = (text: string, platform?: Platform): readonly string[] =>
  findingsOf(checkText([text], platform));

export const codesIn = (text: string, platform?: Platform): readonly string[] =>
  checkText([text], platform).diagnostics.map(({ code }) => code);

/** A stack with one sound daemon `agent`, to which the tests add lines. */
export const daemonStack = (lines = "", { sections = "", resources = "" } = {}): string =>
  `stack: acme\n${sections}resources:\n${resources}  agent:\n    type: daemon\n    code: { type: image, image: "ghcr.io/acme/agent:v1" }\n${lines}`;
