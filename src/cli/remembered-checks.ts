import { type CheckInput, type CheckResult, check } from "../pipeline.ts";
import { cacheFiles, keepCached, readCached } from "./cache-files.ts";
import type { World } from "./world.ts";

/** What checking sees, but for the rule by which it chooses a platform. */
export interface Remembering {
  readonly input: CheckInput;
  /** Names that rule: what follows from the same words, files and code is the same. */
  readonly rule: string;
}

/** Longer texts are not kept, in UTF-16 units. */
const longest = 1024 * 1024;

/**
 * Checks a stack, unless the same bytes were checked before by the same code, and nothing was found: then it is as it was.
 * A quarter of an unchanged apply of fifty daemons would go into reading them again. It holds no value of a secret, as
 * the file does not.
 */
export function checkRemembered(world: World, { input, rule }: Remembering): CheckResult {
  const files = world.build === undefined ? undefined : cacheFiles("checked-", world.environment);
  const { images, ...others } = input;
  const given = JSON.stringify({
    build: world.build,
    directory: world.directory,
    rule,
    images: [...(images ?? [])],
    ...others,
  });
  if (files === undefined || given.length > longest) return check(input);
  const name = `checked-${shortName([world.directory, ...input.files.map(file => file.name)].join("\n"))}`;
  const known = readCached(files, one => one === name)?.data.toString("utf8");
  const remembered = known?.startsWith(`${given}\n`) ? parse(known.slice(given.length + 1)) : undefined;
  if (remembered !== undefined) return asBefore(remembered, input);
  world.onLoad?.("checks");
  const result = check(input);
  const { value, diagnostics, places } = result;
  if (value !== undefined && value.baggage === undefined && diagnostics.length === 0) {
    const found: Remembered = { stack: value.stack, files: places.files };
    keepCached(files, { name, data: `${given}\n${JSON.stringify(found)}` });
  }
  return result;
}

type Value = NonNullable<CheckResult["value"]>;

interface Remembered {
  readonly stack: Value["stack"];
  readonly files: readonly string[];
}

/** Undefined for half a file. */
function parse(text: string): Remembered | undefined {
  try {
    return JSON.parse(text) as Remembered;
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

/** Where things stand is looked up when somebody asks: only findings do. */
function asBefore({ stack, files }: Remembered, input: CheckInput): CheckResult {
  let checked: CheckResult | undefined;
  const again = (): CheckResult => {
    checked ??= check(input);
    return checked;
  };
  return {
    value: {
      stack,
      get document() {
        return (again().value as Value).document;
      },
    },
    diagnostics: [],
    places: {
      files,
      span: place => again().places.span(place),
      anchor: place => again().places.anchor?.(place),
      source: file => again().places.source(file),
    },
  };
}

/** Tells names apart well enough for files that say themselves what they are of. */
function shortName(text: string): string {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return (hash >>> 0).toString(16);
}
