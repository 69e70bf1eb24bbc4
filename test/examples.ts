import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeSource, type SourceFile } from "../src/source/index.ts";

const directory = join(import.meta.dirname, "../examples");

/** The directories of `examples/`. */
export const examples: readonly string[] = readdirSync(directory).sort();

/** The layers of an example, `alien.yaml` first. */
export function readExample(example: string): readonly SourceFile[] {
  const names = readdirSync(join(directory, example)).filter(name => name.endsWith(".yaml"));
  return names.sort().map(name => {
    const { value } = decodeSource(`examples/${example}/${name}`, readFileSync(join(directory, example, name)));
    if (value === undefined) throw new Error(`${example}/${name} is not text`);
    return value;
  });
}
