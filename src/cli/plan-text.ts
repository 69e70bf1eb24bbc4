import { planReasons, planWords, printable, printableJson } from "../diagnostics/index.ts";
import type { Plan } from "../pipeline.ts";

type Change = Plan["changes"][number];
type Field = Change["fields"][number];
type Action = Change["action"];

const signs: Readonly<Record<Action, string>> = {
  create: "+",
  update: "~",
  adopt: ">",
  replace: "±",
  delete: "-",
  unchanged: " ",
};
const colors: Readonly<Record<Action, string>> = {
  create: "32",
  update: "33",
  adopt: "33",
  replace: "33",
  delete: "31",
  unchanged: "0",
};
const actions: readonly Action[] = ["create", "update", "adopt", "replace", "delete", "unchanged"];

/** A plan for people: what would be done, why, and field by field. Nothing in it reaches a terminal unescaped. */
export function planText(plan: Plan, { color }: { readonly color: boolean }): string {
  const head = planWords.head(plan.stack, plan.platform, plan.namespace ?? "");
  const changes = plan.changes.filter(({ action }) => action !== "unchanged");
  const note = plan.approximate ? [planWords.approximate] : [];
  if (changes.length === 0) return lines([printable(planWords.nothing(head, plan.changes.length)), ...note]);
  const shown = changes.flatMap(change => [
    headOf(change, color),
    ...change.fields.map(field => fieldLine(field, change)),
  ]);
  return lines([printable(head), ...note, "", ...shown, "", summaryText(plan)]);
}

const lines = (texts: readonly string[]): string => texts.map(text => `${text}\n`).join("");

function headOf({ action, object, daemon, reason }: Change, color: boolean): string {
  const whose = daemon === undefined ? "" : ` (${daemon})`;
  const text = printable(`${signs[action]} ${action} ${object.kind} ${object.name}${whose}: ${reasonText(reason)}`);
  return color ? `\u001b[${colors[action]}m${text}\u001b[0m` : text;
}

function reasonText(reason: Change["reason"]): string {
  switch (reason.kind) {
    case "drifted":
      return planReasons.drifted(reason);
    case "secret-changed":
      return planReasons["secret-changed"](reason);
    case "not-ours":
      return planReasons["not-ours"](reason);
    case "image-changed":
      return planReasons["image-changed"](reason);
    case "cannot-change":
      return planReasons["cannot-change"](reason);
    default:
      return planReasons[reason.kind]();
  }
}

const fieldLine = (field: Field, { action }: Change): string =>
  printable(`    ${field.field}: ${action === "create" ? createdValue(field) : changedValue(field)}`);

const createdValue = ({ secret, after }: Field): string => (secret ? planWords.secret : shorten(inWords(after)));

function changedValue({ secret, before, after }: Field): string {
  if (secret) return planWords.secretChanged;
  const words = [inWords(before), inWords(after)] as const;
  const [old, now] = words[0] === words[1] ? [asJson(before), asJson(after)] : words;
  const [short, shortNow] = [shorten(old), shorten(now)];
  const start = short === shortNow ? commonLength(old, now) - 8 : 0;
  return start > 0 ? `${shorten(old, start)} → ${shorten(now, start)}` : `${short} → ${shortNow}`;
}

/** Text as it is, unless it could be taken for something else. */
function inWords(value: unknown): string {
  if (value === undefined) return planWords.notSet;
  return typeof value === "string" && !/^$|^[\s("[{]|\s$|[\n\r\t]| \u2192 /.test(value) ? value : asJson(value);
}

const asJson = (value: unknown): string => (value === undefined ? planWords.notSet : JSON.stringify(value));

const longest = 80;

/** At most so many code points, the middle left out; or, where a difference is far inside, from there on. */
function shorten(text: string, start = 0): string {
  const characters = Array.from(text);
  if (characters.length <= longest) return text;
  const rest = start > 0 ? ["…", ...characters.slice(start)] : characters;
  if (rest.length <= longest) return rest.join("");
  const half = longest / 2;
  return [...rest.slice(0, half - 1), "…", ...rest.slice(-half)].join("");
}

function commonLength(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  const end = left.findIndex((character, index) => character !== right[index]);
  return end === -1 ? left.length : end;
}

const countOf = ({ changes }: Plan, action: Action): number =>
  changes.filter(change => change.action === action).length;

const summaryText = (plan: Plan): string =>
  actions
    .filter(action => countOf(plan, action) > 0)
    .map(action => `${countOf(plan, action)} ${planWords.summary[action]}`)
    .join(", ");

/** A plan for programs, in a stable format. */
export function planJson(plan: Plan): string {
  const { stack, platform, namespace, approximate, changes } = plan;
  return printableJson({
    formatVersion: "1",
    stack,
    platform,
    namespace,
    approximate,
    changed: changes.some(({ action }) => action !== "unchanged"),
    summary: Object.fromEntries(actions.map(action => [action, countOf(plan, action)])),
    changes: changes.map(({ action, object, daemon, path, reason, fields }) => ({
      action,
      object,
      daemon,
      path,
      reason: { ...reason, message: reasonText(reason) },
      fields,
    })),
  });
}
