import { type WrittenTexts, yamlText, yamlValueText } from "./yaml-text.ts";

const step = "  ";
/** Readers give up on a longer `key:`; `? key` may be of any length. */
const longestKey = 1000;

/**
 * Plain JSON data as block YAML that every reader takes for the same data, YAML 1.1 readers too.
 * Keys keep their order; fields that are `undefined` are left out.
 */
export const writeYaml = (value: unknown): string => document(value, new Map());

/** One document per object. */
export function writeYamlStream(objects: readonly unknown[]): string {
  const written: WrittenTexts = new Map();
  return objects.map(object => document(object, written)).join("---\n");
}

function document(value: unknown, written: WrittenTexts): string {
  if (isFilledMap(value)) return mapping(value, "", written);
  return isFilledList(value) ? sequence(value, "", written) : `${scalar(value, step, written)}\n`;
}

type JsonMap = Readonly<Record<string, unknown>>;

/** The first line stands where the caller is; the others start with `indent`. */
function mapping(map: JsonMap, indent: string, written: WrittenTexts): string {
  let text = "";
  for (const key of Object.keys(map)) {
    const value = map[key];
    if (value === undefined) continue;
    text += `${text === "" ? "" : indent}${keyText(key, indent, written)}:${afterKey(value, indent, written)}`;
  }
  return text;
}

function keyText(key: string, indent: string, written: WrittenTexts): string {
  const text = yamlText(key, written);
  return text.length > longestKey ? `? ${text}\n${indent}` : text;
}

function afterKey(value: unknown, indent: string, written: WrittenTexts): string {
  const deeper = indent + step;
  if (typeof value === "string") return ` ${yamlValueText(value, deeper, written)}\n`;
  if (isFilledMap(value)) return `\n${deeper}${mapping(value, deeper, written)}`;
  if (isFilledList(value)) return `\n${indent}${sequence(value, indent, written)}`;
  return ` ${scalar(value, deeper, written)}\n`;
}

const sequence = (list: readonly unknown[], indent: string, written: WrittenTexts): string =>
  list.map(item => `- ${listItem(item, indent + step, written)}`).join(indent);

function listItem(item: unknown, indent: string, written: WrittenTexts): string {
  if (isFilledMap(item)) return mapping(item, indent, written);
  return isFilledList(item) ? sequence(item, indent, written) : `${scalar(item, indent, written)}\n`;
}

function scalar(value: unknown, indent: string, written: WrittenTexts): string {
  if (typeof value === "string") return yamlValueText(value, indent, written);
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

function isFilledMap(value: unknown): value is JsonMap {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const map = value as JsonMap;
  for (const key in map) if (map[key] !== undefined) return true;
  return false;
}
