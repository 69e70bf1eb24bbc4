import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, inject, test } from "vitest";
import { codesIn, type RunOptions, runDist } from "../process.ts";

const dist = inject("dist");
const directory = mkdtempSync(join(tmpdir(), "alien-compile-bad-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const minimal =
  "stack: acme\nsupportedPlatforms: [kubernetes]\nresources:\n  agent: { type: daemon, code: { type: image, image: a/b:1 } }\n";

interface Bad {
  readonly name: string;
  /** The finding that says what is wrong. */
  readonly code: string;
  /** The content of alien.yaml. */
  readonly content?: string | Uint8Array;
  readonly prepare?: (folder: string) => void;
  /** What is named on the command line, instead of alien.yaml. */
  readonly file?: string;
  readonly run?: RunOptions;
}

const utf16 = (text: string, { bigEndian = false, mark = false }) => {
  const bytes = Buffer.from((mark ? "\uFEFF" : "") + text, "utf16le");
  return bigEndian ? bytes.swap16() : bytes;
};
const laughs = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
  .concat(Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(", ")}]`))
  .join("\n");
const binary = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7919 + (index >> 3)) & 255);
const notRoot = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

const inputs: readonly Bad[] = [
  { name: "an empty file", content: "", code: "AL1007" },
  { name: "comments only", content: "# nothing\n# yet\n", code: "AL1007" },
  { name: "a list at the top", content: "- stack: acme\n- resources\n", code: "AL1008" },
  { name: "a text at the top", content: "hello\n", code: "AL1008" },
  { name: "tabs", content: "stack: acme\nresources:\n\tagent:\n\t\ttype: daemon\n", code: "AL1023" },
  { name: "UTF-16 LE with a mark", content: utf16(minimal, { mark: true }), code: "AL1002" },
  { name: "UTF-16 BE with a mark", content: utf16(minimal, { bigEndian: true, mark: true }), code: "AL1002" },
  { name: "UTF-16 LE without a mark", content: utf16(minimal, {}), code: "AL1002" },
  { name: "UTF-16 BE without a mark", content: utf16(minimal, { bigEndian: true }), code: "AL1002" },
  { name: "Latin-1", content: Buffer.from("stack: caf\u00e9\n", "latin1"), code: "AL1002" },
  { name: "two documents", content: `${minimal}---\n${minimal}`, code: "AL1006" },
  { name: "a third document", content: `${minimal}---\n---\n${minimal}`, code: "AL1006" },
  { name: "an escaped quote at the end", content: `${minimal}a: "x\\"`, code: "AL1001" },
  { name: "duplicate keys", content: `${minimal}stack: other\n`, code: "AL1009" },
  { name: "an alias bomb", content: laughs, code: "AL1012" },
  { name: "an alias bomb of mappings", content: laughs.replaceAll("[ha", "[{ x: y }, ha"), code: "AL1012" },
  { name: "an endless alias", content: "a: &a { b: *a }\n", code: "AL1013" },
  { name: "a file of 100 MB", prepare: folder => truncateTo(join(folder, "alien.yaml"), 100_000_000), code: "AL1004" },
  { name: "2,000 tags", content: `a: [${"!x 1, ".repeat(2000)}]`, code: "AL1011" },
  { name: "2 MB behind an open quote", content: `a: "${"x".repeat(2_000_000)}`, code: "AL1001" },
  { name: "1,000,000 single quotes and one more", content: `a: ${"'".repeat(1_000_001)}`, code: "AL1001" },
  { name: "100,000 blank lines", content: "\n".repeat(100_000), code: "AL1007" },
  { name: "100,000 [", content: `a: ${"[".repeat(100_000)}`, code: "AL1005" },
  { name: "100,000 [ with their ]", content: `a: ${"[".repeat(100_000)}${"]".repeat(100_000)}`, code: "AL1005" },
  { name: "100,000 {", content: `a: ${"{".repeat(100_000)}`, code: "AL1005" },
  { name: "100,000 {a:", content: `a: ${"{a: ".repeat(100_000)}`, code: "AL1005" },
  { name: "100,000 - in a line", content: "- ".repeat(100_000), code: "AL1005" },
  { name: "100,000 ? in a line", content: "? ".repeat(100_000), code: "AL1005" },
  {
    name: "3,000 levels of indentation",
    content: Array.from({ length: 3000 }, (_, n) => `${" ".repeat(n)}a:\n`).join(""),
    code: "AL1005",
  },
  { name: "100,000 ]", content: `a: ${"]".repeat(100_000)}`, code: "AL1001" },
  { name: "100,000 &a", content: `a: ${"&a ".repeat(100_000)}`, code: "AL1001" },
  { name: "100,000 !!str", content: `a: ${"!!str ".repeat(100_000)}`, code: "AL1001" },
  { name: "2,000 *a", content: `a: [${"*a, ".repeat(2000)}]`, code: "AL1014" },
  { name: "100,000 :", content: ":".repeat(100_000), code: "AL1001" },
  { name: "10,000 ---", content: "---\n".repeat(10_000), code: "AL1007" },
  { name: "2,000 duplicate keys", content: "a: 1\n".repeat(2000), code: "AL1009" },
  {
    name: "2,000 wrong fields",
    content: minimal + Array.from({ length: 2000 }, (_, n) => `field${n}: 1\n`).join(""),
    code: "AL2001",
  },
  { name: "1,000,000 double quotes", content: '"'.repeat(1_000_000), code: "AL1001" },
  { name: "1,000,000 double quotes as a value", content: `a: ${'"'.repeat(1_000_000)}`, code: "AL1001" },
  { name: "1,000,000 single quotes", content: `a: ${"'".repeat(1_000_000)}`, code: "AL1018" },
  { name: "a line of 1,000,000 characters", content: `${minimal}x: ${"long ".repeat(200_000)}\n`, code: "AL1018" },
  { name: "a key of 1,000,000 characters", content: `${minimal}${"k".repeat(1_000_000)}: 1\n`, code: "AL1001" },
  { name: "an open quote before 1 MB", content: `a: "${"text\n  ".repeat(150_000)}`, code: "AL1001" },
  { name: "__proto__", content: `${minimal}__proto__: { polluted: true }\n`, code: "AL1016" },
  { name: "constructor", content: minimal.replace("agent:", "constructor:"), code: "AL1016" },
  { name: "a binary file", content: binary, code: "AL1003" },
  {
    name: "a directory without alien.yaml",
    prepare: folder => mkdirSync(join(folder, "empty")),
    file: "empty",
    code: "AL1021",
  },
  { name: "a missing file", file: "missing.yaml", code: "AL1020" },
  { name: "a file in a missing directory", file: "missing/alien.yaml", code: "AL1020" },
  {
    name: "a file without permission",
    content: minimal,
    prepare: folder => chmodSync(join(folder, "alien.yaml"), 0o000),
    run: notRoot,
    code: "AL1022",
  },
  {
    name: "a FIFO",
    prepare: folder => void execFileSync("mkfifo", [join(folder, "pipe.yaml")]),
    file: "pipe.yaml",
    code: "AL1026",
  },
  { name: "a device without an end", file: "/dev/zero", code: "AL1026" },
  {
    name: "a directory named like a file",
    prepare: folder => mkdirSync(join(folder, "x.yaml")),
    file: "x.yaml",
    code: "AL1021",
  },
  {
    name: "a directory named alien.yaml",
    prepare: folder => mkdirSync(join(folder, "alien.yaml")),
    file: ".",
    code: "AL1026",
  },
  {
    name: "links in a circle",
    prepare: folder => {
      symlinkSync("b.yaml", join(folder, "a.yaml"));
      symlinkSync("a.yaml", join(folder, "b.yaml"));
    },
    file: "a.yaml",
    code: "AL1022",
  },
  { name: "a name that is too long", file: `${"x".repeat(300)}.yaml`, code: "AL1022" },
  { name: "a NUL in the content", content: `${minimal}# \0\n`, code: "AL1003" },
];

function truncateTo(path: string, size: number): void {
  writeFileSync(path, "");
  truncateSync(path, size);
}

/** Where a child without rights can go. */
function folderFor(index: number): string {
  const folder = join(directory, String(index));
  mkdirSync(folder, { mode: 0o755 });
  return folder;
}

chmodSync(directory, 0o755);
writeFileSync(join(directory, "minimal.yaml"), minimal);

/** The median of several runs, measured when it is asked for: the machine may have become slower. */
function minimalMilliseconds(): number {
  const runs = Array.from(
    { length: 5 },
    () => runDist(dist, ["validate", join(directory, "minimal.yaml")]).milliseconds,
  );
  return runs.sort((a, b) => a - b)[2] ?? Number.NaN;
}

describe("bad input is refused, quickly and in little memory", () => {
  const limit = { factor: 10, mebibytes: 300, attempts: 3 };
  let normal = minimalMilliseconds();

  test("a minimal stack is sound", () => {
    const { exitCode, out } = runDist(dist, ["validate", join(directory, "minimal.yaml")]);
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: "" });
  });

  test.each(inputs.map((input, index) => ({ ...input, index })))(
    "$name",
    ({ content, prepare, file, run, code, index }) => {
      const folder = folderFor(index);
      if (content !== undefined) writeFileSync(join(folder, "alien.yaml"), content);
      prepare?.(folder);
      const call = () => runDist(dist, ["validate", file ?? "alien.yaml"], { cwd: folder, ...run });
      let ran = call();
      for (let attempt = 1; attempt < limit.attempts && ran.milliseconds > limit.factor * normal; attempt += 1) {
        normal = Math.max(normal, minimalMilliseconds());
        ran = call();
      }
      expect(ran.error).toBe("");
      expect(codesIn(ran.out)).toContain(code);
      expect(ran.out).not.toMatch(/^\s+at /m);
      expect(ran.exitCode).toBe(1);
      expect(ran.milliseconds / normal).toBeLessThan(limit.factor);
      expect(ran.mebibytes).toBeLessThan(limit.mebibytes);
    },
  );
});
