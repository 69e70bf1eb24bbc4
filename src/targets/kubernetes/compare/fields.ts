import { serviceAccountName } from "../../../render/index.ts";
import type { FieldChange } from "../../index.ts";
import type { RawChange } from "./diff.ts";
import { type FieldContext, termOf } from "./field-terms.ts";
import { isMap } from "./list-items.ts";
import type { ObjectPath } from "./object-path.ts";

/** Differences as they may be shown: in the user's words, without a secret value, the image first. */
export function describeFields(changes: readonly RawChange[], context: FieldContext): readonly FieldChange[] {
  const fields = changes.map(change => describe(change, context));
  const unique = [...new Map(fields.map(field => [JSON.stringify(field), field])).values()];
  return [...unique.filter(({ field }) => field === "image"), ...unique.filter(({ field }) => field !== "image")];
}

function describe({ path, before, after }: RawChange, context: FieldContext): FieldChange {
  const { secret, ...term } = termOf(path, context);
  if (secret || hidesValue(path, before) || hidesValue(path, after)) return { ...term, secret: true };
  const enabled = isEnabling(path) && (before === undefined) !== (after === undefined);
  if (enabled) return { ...term, field: "commandsEnabled", before: after === undefined, after: before === undefined };
  const [old, now] = inWords([before, after], { path, context });
  return { ...term, ...(old === undefined ? {} : { before: old }), ...(now === undefined ? {} : { after: now }) };
}

const nameOf = (path: ObjectPath): string | undefined => {
  const last = path.at(-1);
  return typeof last === "object" ? last.name : undefined;
};

const isVariable = (path: ObjectPath): boolean => path.at(-2) === "env" && nameOf(path) !== undefined;

const isEnabling = (path: ObjectPath): boolean =>
  isVariable(path) && /^ALIEN_COMMANDS_TARGET_RESOURCE_/.test(nameOf(path) ?? "");

/** Text that became a reference to a Secret was perhaps the secret; so it is with a list that could not be told apart. */
function hidesValue(path: ObjectPath, value: unknown): boolean {
  if (path.at(-1) === "env") return Array.isArray(value) && value.some(isMap);
  return isVariable(path) && isMap(value) && isMap(value.valueFrom) && "secretKeyRef" in value.valueFrom;
}

type Pair = readonly [before: unknown, after: unknown];

/** Both values in the user's words, unless they would read the same. */
function inWords(raw: Pair, at: { readonly path: ObjectPath; readonly context: FieldContext }): Pair {
  const plain: Pair = isVariable(at.path) ? [content(raw[0]), content(raw[1])] : raw;
  const words: Pair = [wordsFor(plain[0], at), wordsFor(plain[1], at)];
  return JSON.stringify(words[0]) === JSON.stringify(words[1]) ? plain : words;
}

const content = (variable: unknown): unknown =>
  isMap(variable) && Object.hasOwn(variable, "value") ? variable.value : variable;

function wordsFor(value: unknown, { path, context }: { path: ObjectPath; context: FieldContext }): unknown {
  const field = path.at(-1);
  if (isVariable(path)) return typeof value === "string" ? value.replaceAll("$$", () => "$") : value;
  if (field === "rules" && context.object.kind === "Role") return readableSecrets(value);
  if (field === "serviceAccountName" || field === "serviceAccount") return profileOf(value, context);
  return value;
}

/** The Secrets that a Role lets read. */
const readableSecrets = (rules: unknown): unknown =>
  Array.isArray(rules)
    ? [...new Set(rules.flatMap(rule => (isMap(rule) && Array.isArray(rule.resourceNames) ? rule.resourceNames : [])))]
    : rules;

const profileOf = (account: unknown, { stack: { stack, profiles } }: FieldContext): unknown =>
  profiles.find(({ name }) => serviceAccountName(stack, name) === account)?.name ?? account;
