import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkRemembered, type Remembering } from "../../src/cli/remembered-checks.ts";
import type { World } from "../../src/cli/world.ts";
import { check } from "../../src/pipeline.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "alien-compile-checks-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const text = `stack: acme
supportedPlatforms: [local]
resources:
  agent: { type: daemon, code: { type: image, image: "a/b:1" }, environment: { LOG_LEVEL: info } }
`;
const file = (content = text, name = "alien.yaml") => ({ name, text: content, bytesBefore: 0 });
const rule = "deploy local";
const asked: Remembering = { rule, input: { files: [file()], images: new Map(), choose: () => "local" } };

interface Given extends Partial<Omit<World, "build">> {
  readonly build?: string | undefined;
}

/** The answer to a question, and whether it took a check. */
function ask(remembering: Remembering = asked, { build = "one", ...given }: Given = {}) {
  const parts: string[] = [];
  const base = {
    directory: "/work",
    environment: { HOME: home },
    onLoad: (part: string) => parts.push(part),
    ...given,
  };
  const result = checkRemembered({ ...base, ...(build && { build }) } as unknown as World, remembering);
  return { ...result, isChecked: parts.includes("checks") };
}

const directory = (): string => join(home, ".cache/alien-compile");
const kept = (): string => join(directory(), readdirSync(directory())[0] ?? "");

test("what was checked before is as it was, for its owner alone", () => {
  const [first, second] = [ask(), ask()];
  expect([first.isChecked, second.isChecked]).toEqual([true, false]);
  expect(second.value?.stack).toEqual(first.value?.stack);
  expect(second.diagnostics).toEqual([]);
  expect([statSync(directory()).mode & 0o777, statSync(kept()).mode & 0o777]).toEqual([0o700, 0o600]);
});

test("the document and the places of findings are there when somebody asks for them", () => {
  ask();
  const [fresh, remembered] = [check(asked.input), ask()];
  const place = { path: "/resources/agent/code/image", on: "value" } as const;
  expect(remembered.isChecked).toBe(false);
  expect(remembered.value?.document).toEqual(fresh.value?.document);
  expect(remembered.places.files).toEqual(["alien.yaml"]);
  expect(remembered.places.span(place)).toEqual(fresh.places.span(place));
  expect(remembered.places.source("alien.yaml")).toEqual(fresh.places.source("alien.yaml"));
});

describe("it is checked again", () => {
  const other = (input: Partial<Remembering["input"]>): Remembering => ({
    ...asked,
    input: { ...asked.input, ...input },
  });
  test.each<[string, Remembering, Given?]>([
    ["where a letter changed", other({ files: [file(text.replace("info", "warn"))] })],
    ["where only a comment changed", other({ files: [file(`${text}# more\n`)] })],
    ["under another name", other({ files: [file(text, "other.yaml")] })],
    ["with another layer", other({ files: [file(), file("resources: {}\n", "layer.yaml")] })],
    ["with an image from a flag", other({ images: new Map([["agent", "a/b:2"]]) })],
    ["with a namespace from a flag", other({ namespace: "elsewhere" })],
    ["with another rule for the platform", { ...asked, rule: "deploy kubernetes" }],
    ["by another build", asked, { build: "two" }],
    ["in another directory", asked, { directory: "/elsewhere" }],
  ])("%s", (_, remembering, given) => {
    ask();
    const found = ask(remembering, given);
    expect(found.isChecked).toBe(true);
    expect(found.value?.stack).toEqual(check(remembering.input).value?.stack);
  });

  test.each<[string, () => void]>([
    ["where half of what was kept is there", () => writeFileSync(kept(), readFileSync(kept()).subarray(0, -20))],
    ["where nothing of it is there", () => writeFileSync(kept(), "")],
    ["where others could have written it", () => chmodSync(directory(), 0o777)],
  ])("%s", (_, damage) => {
    ask();
    damage();
    expect(ask()).toMatchObject({ isChecked: true, diagnostics: [] });
  });
});

describe("nothing is kept", () => {
  test.each([
    ["of an error", text.replace("daemon", "deamon")],
    ["of a warning", `${text}  spare: { type: storage }\n`],
  ])("%s: it is found each time", (_, content) => {
    const wrong = { ...asked, input: { ...asked.input, files: [file(content)] } };
    const [first, second] = [ask(wrong), ask(wrong)];
    expect(first.diagnostics.length).toBeGreaterThan(0);
    expect(second.diagnostics).toEqual(first.diagnostics);
    expect(readdirSync(home)).toEqual([]);
  });

  test.each<[string, Given]>([
    ["without a home", { environment: {} }],
    ["where Node's cache is off", { environment: { HOME: "", NODE_DISABLE_COMPILE_CACHE: "1" } }],
    ["where nobody knows which code runs", { build: "" }],
  ])("%s", (_, given) => {
    expect([ask(asked, given).value, ask(asked, given).value]).toEqual([ask().value, ask().value]);
    rmSync(join(home, ".cache"), { recursive: true });
    ask(asked, given);
    expect(readdirSync(home)).toEqual([]);
  });
});
