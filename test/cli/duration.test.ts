import { expect, test } from "vitest";
import { durationOf, parseDuration } from "../../src/cli/duration.ts";

test.each([
  ["0", 0],
  ["30", 30_000],
  ["1.5", 1500],
  ["30s", 30_000],
  ["5m", 300_000],
  ["1h", 3_600_000],
  ["500ms", 500],
  ["1h30m", 5_400_000],
  ["1.5m", 90_000],
  ["1m500ms", 60_500],
])("%s is %i milliseconds", (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test.each(["", "s", "5 m", "-1s", "1d", "5M", "1e3", "1h 30m", "0x10", "٣s", "1.s", ".5s", "NaN", "Infinity"])(
  "%j is no length of time",
  text => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test.each([
  ["soon", {}],
  ["501h", { most: "500h" }],
  ["99999999999999999999999h", { most: "500h" }],
  ["999ms", { least: "1s" }],
])("--timeout %s is refused", (value, more) => {
  const found = durationOf({ operands: [], flags: new Map([["timeout", [value]]]) }, "timeout", "1s");
  expect(found).toMatchObject({ name: "bad-duration", at: { argument: "--timeout" } });
  if ("most" in more) expect(found).toMatchObject({ message: expect.stringContaining("`500h` or less") });
  if ("least" in more) expect(found).toMatchObject({ message: expect.stringContaining("`1s` or more") });
});

test("the bounds themselves are taken, and a flag that is not given gives nothing", () => {
  const given = (value: string) =>
    durationOf({ operands: [], flags: new Map([["timeout", [value]]]) }, "timeout", "1s");
  expect([given("1s"), given("500h")]).toEqual([1000, 1_800_000_000]);
  expect(given("500h")).toBeLessThan(2 ** 31);
  expect(durationOf({ operands: [], flags: new Map() }, "timeout")).toBeUndefined();
});
