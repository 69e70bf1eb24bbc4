import { expect, test } from "vitest";
import { parseCall } from "../../src/cli/call.ts";
import { commonFlags } from "../../src/cli/flags.ts";
import { wantsColor } from "../../src/cli/report.ts";
import type { World } from "../../src/cli/world.ts";

const world = (environment: World["environment"]): World => ({
  arguments: [],
  directory: ".",
  environment,
  version: "0",
  stdin: async () => undefined,
  out: () => {},
  error: () => {},
  outIsTerminal: true,
  errorIsTerminal: true,
});

test.each([
  ["a terminal", {}, [], true, true],
  ["no terminal", {}, [], false, false],
  ["NO_COLOR", { NO_COLOR: "1" }, [], true, false],
  ["an empty NO_COLOR, which says nothing", { NO_COLOR: "" }, [], true, true],
  ["a dumb terminal", { TERM: "dumb" }, [], true, false],
  ["--color always without a terminal", {}, ["--color", "always"], false, true],
  ["--color always over NO_COLOR", { NO_COLOR: "1" }, ["--color=always"], true, true],
  ["--color never on a terminal", {}, ["--color", "never"], true, false],
] as const)("color: %s", (_, environment, words, isTerminal, expected) => {
  const { call } = parseCall("validate", words, commonFlags);
  expect(wantsColor(world(environment), call, isTerminal)).toBe(expected);
});
