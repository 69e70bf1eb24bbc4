import { expect, test } from "vitest";
import { exitOf } from "../../src/cli/exit-code.ts";
import type { Diagnostic } from "../../src/diagnostics/index.ts";

const found = (name: string, code: string, severity: Diagnostic["severity"] = "error"): Diagnostic => ({
  code,
  name,
  severity,
  message: "",
  at: { argument: "" },
  related: [],
  fixes: [],
  poisons: [],
});

test.each([
  ["nothing", [], 0],
  ["a warning", [found("rolled-back", "AL6150", "warning")], 0],
  ["a plan that is refused", [found("field-conflict", "AL6109")], 1],
  ["a cluster that is not reached", [found("cluster-unreachable", "AL6004")], 4],
  ["a call that is forbidden", [found("forbidden", "AL6007")], 4],
  ["rights that are missing", [found("rights-missing", "AL6103")], 4],
  ["a grant that is not ours to give", [found("cannot-grant", "AL6104")], 4],
  ["a daemon that does not run", [found("image-not-found", "AL6201")], 3],
  ["an engine that is not reached", [found("engine-unreachable", "AL6301")], 4],
  ["an image that the engine may not pull", [found("image-not-on-engine", "AL6311")], 1],
  ["an image that cannot be pulled", [found("image-tag-unknown", "AL6313")], 3],
  ["a process that cannot start", [found("process-cannot-start", "AL6331")], 3],
  ["somebody else at work", [found("lock-held", "AL6171")], 3],
  ["a lock that was lost", [found("lock-lost", "AL6172")], 3],
  ["a record that moved", [found("record-moved", "AL6173")], 3],
  ["an interrupt", [found("interrupted", "AL6010")], 130],
  ["the worst of several", [found("field-conflict", "AL6109"), found("lock-lost", "AL6172")], 3],
])("%s", (_, diagnostics, expected) => {
  expect(exitOf(diagnostics)).toBe(expected);
});
