import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lastWords } from "../src/cli/last-words.ts";

/** What a fixture cannot hold as a file, because it would be too large. */
export interface GeneratedInput {
  /** The bytes of `alien.yaml`. */
  readonly bytes?: () => Uint8Array;
  /** Adds to the directory in which the command line runs. */
  readonly prepare?: (directory: string) => void;
  /** The report itself, where no input leads to it. */
  readonly report?: () => string;
}

const text = (content: string) => ({ bytes: () => new TextEncoder().encode(content) });

const daemon = (id: string, environment: readonly string[]): string =>
  [
    "stack: acme",
    "resources:",
    `  ${id}-agent:`,
    "    type: daemon",
    "    code: { type: image, image: ghcr.io/acme/agent:v1 }",
    "    environment:",
    ...environment.map(line => `      ${line}`),
    "",
  ].join("\n");

const laughs = ["haha: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
  .concat(Array.from({ length: 9 }, (_, n) => `h${n}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(", ")}]`))
  .concat("stack: acme", "resources: {}", "");

/** Inputs by the name of their fixture. */
export const generated: Readonly<Record<string, GeneratedInput>> = {
  "too-large": { bytes: () => new Uint8Array(10 * 1024 * 1024 + 1).fill(0x20) },
  "too-large--hundred-megabytes": {
    prepare: directory => {
      const file = join(directory, "huge.yaml");
      writeFileSync(file, "");
      truncateSync(file, 100 * 1024 * 1024);
    },
  },
  "too-deep": text(daemon("too-deep", [`NESTED: ${"[".repeat(101)}${"]".repeat(101)}`])),
  "too-deep--ten-thousand": text(daemon("too-deep", [`NESTED: ${"[".repeat(10_000)}`])),
  "alias-bomb": text(laughs.join("\n")),
  "value-too-long": text(daemon("value-too-long", [`CERTIFICATES: "${"A".repeat(129 * 1024)}"`, "REGION: eu"])),
  "object-too-large": {
    prepare: directory => {
      const values = Array.from({ length: 12 }, (_, n) => `CHUNK_${n}: "${"A".repeat(100 * 1024)}"`);
      writeFileSync(join(directory, "alien.yaml"), daemon("object-too-large", values));
    },
  },
  "bad-secret-value--too-long": {
    prepare: directory => writeFileSync(join(directory, "password"), "A".repeat(129 * 1024)),
  },
  "node-too-old": { report: () => lastWords("node-too-old", { version: "20.19.0", needed: "22.19.0" }) },
  "internal-error": { report: () => lastWords("internal-error", { reason: "TypeError: cannot read `x`" }) },
};
