import { yamlText, yamlValueText } from "./yaml-text.ts";

const step = "  ";
/** Readers give up on a longer `key:`; `? key` may be of any length. */
const longestKey = 1000;

/**
 * Plain JSON data as block YAML that every reader takes for the same data, YAML 1.1 readers too.
 * Keys keep their order; fields that are `undefined` are left out.
 */
export function writeYaml(value: unknown): string {
  if (isFilledMap(value)) return mapping(value, "");
  return isFilledList(value) ? sequence(value, "") : `${scalar(value, step)}\n`;
}

/** One document per object. */
export const writeYamlStream = (objects: readonly unknown[]): string => objects.map(writeYaml).join("---\n");

type JsonMap = Readonly<Record<string, unknown>>;

/** The first line stands where the caller is; the others start with `indent`. */
function mapping(map: JsonMap, indent: string): string {
  let text = "";
  for (const [key, value] of Object.entries(map)) {
    if (value === undefined) continue;
    text += `${text === "" ? "" : indent}${keyText(key, indent)}:${afterKey(value, indent)}`;
  }
  return text;
}

function keyText(key: string, indent: string): string {
  const text = yamlText(key);
  return text.length > longestKey ? `? ${text}\n${indent}` : text;
}

function afterKey(value: unknown, indent: string): string {
  const deeper = indent + step;
  if (isFilledMap(value)) return `\n${deeper}${mapping(value, deeper)}`;
  if (isFilledList(value)) return `\n${indent}${sequence(value, indent)}`;
  return ` ${scalar(value, deeper)}\n`;
}

const sequence = (list: readonly unknown[], indent: string): string =>
  list.map(item => `- ${listItem(item, indent + step)}`).join(indent);

function listItem(item: unknown, indent: string): string {
  if (isFilledMap(item)) return mapping(item, indent);
  return isFilledList(item) ? sequence(item, indent) : `${scalar(item, indent)}\n`;
}

function scalar(value: unknown, indent: string): string {
  if (typeof value === "string") return yamlValueText(value, indent);
  if (typeof value === "number") return numberText(value);
  if (typeof value === "boolean") return String(value);
  if (value === null || value === undefined) return "null";
  if (typeof value === "object") return Array.isArray(value) ? "[]" : "{}";
  throw new TypeError(`not JSON data: ${typeof value}`);
}

/** As JSON spells it, but `1e+21` with a point: YAML 1.1 readers take it for text without one. */
function numberText(value: number): string {
  const text = JSON.stringify(value);
  return text.includes(".") ? text : text.replace("e", ".0e");
}

const isFilledList = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length > 0;

const isFilledMap = (value: unknown): value is JsonMap =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).some(field => field !== undefined);
