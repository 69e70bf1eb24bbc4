import { irVersion, isTarget, type StackIr, type TargetPlatform } from "../ir/index.ts";
import { digestOf } from "./digest.ts";
import type { Action, Change, Plan, Reason } from "./plan.ts";
import type { Permissions, PullPolicy } from "./target.ts";

/** Raised when the meaning of a field changes; newer ones are refused. */
const planFileVersion = 1;

/** A plan that was saved, to be carried out later only if it would still do the same. */
export interface PlanFile {
  readonly formatVersion: typeof planFileVersion;
  readonly stack: string;
  readonly platform: TargetPlatform;
  readonly namespace?: string;
  /** Which cluster or engine it was made for. */
  readonly place?: string;
  /** Where the document comes from. */
  readonly source?: string;
  readonly options: Permissions;
  readonly pull?: PullPolicy;
  readonly ir: StackIr;
  readonly changes: readonly Change[];
  /** What each change does, by `digestKey`. */
  readonly digests: Readonly<Record<string, string>>;
}

/** What a plan does not say itself. */
export type PlanContext = Pick<PlanFile, "source" | "options" | "pull" | "digests">;

export function writePlanFile(plan: Plan, { source, options, pull, digests }: PlanContext): string {
  const { stack, platform, namespace, place, ir, changes } = plan;
  const file: PlanFile = {
    formatVersion: planFileVersion,
    stack,
    platform,
    ...(namespace === undefined ? {} : { namespace }),
    ...(place === undefined ? {} : { place }),
    ...(source === undefined ? {} : { source }),
    options,
    ...(pull === undefined ? {} : { pull }),
    ir,
    changes,
    digests,
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

export type ReadPlanFile = { readonly plan: PlanFile } | { readonly problem: "not-a-plan" | "newer" | "damaged" };

export function readPlanFile(text: string): ReadPlanFile {
  const file = parse(text);
  if (file === undefined) return { problem: /^\s*\{\s*"formatVersion":\s*\d/.test(text) ? "damaged" : "not-a-plan" };
  if (!isMap(file) || typeof file.formatVersion !== "number" || !("stack" in file && "changes" in file)) {
    return { problem: "not-a-plan" };
  }
  if (file.formatVersion > planFileVersion) return { problem: "newer" };
  if (isMap(file.ir) && typeof file.ir.irVersion === "number" && file.ir.irVersion > irVersion) {
    return { problem: "newer" };
  }
  return isPlanFile(file) ? { plan: file } : { problem: "damaged" };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type JsonMap = { readonly [field: string]: unknown };

const isMap = (value: unknown): value is JsonMap =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isTextOrNone = (value: unknown): boolean => value === undefined || isText(value);

const isPlanFile = (file: JsonMap): file is JsonMap & PlanFile =>
  file.formatVersion === planFileVersion &&
  isText(file.stack) &&
  isText(file.platform) &&
  isTarget(file.platform) &&
  (file.platform === "kubernetes" ? isText(file.namespace) : isTextOrNone(file.namespace)) &&
  (file.pull === undefined || Object.hasOwn(pullPolicies, String(file.pull))) &&
  isTextOrNone(file.place) &&
  isTextOrNone(file.source) &&
  areOptions(file.options) &&
  isIr(file.ir, file.stack) &&
  Array.isArray(file.changes) &&
  file.changes.every(isChange) &&
  isMap(file.digests) &&
  Object.values(file.digests).every(digest => isText(digest) && /^[0-9a-f]{64}$/.test(digest));

const isIr = (ir: unknown, stack: string): boolean =>
  isMap(ir) &&
  ir.irVersion === irVersion &&
  ir.stack === stack &&
  [ir.profiles, ir.secrets, ir.resources, ir.daemons].every(Array.isArray) &&
  isMap(ir.kubernetes) &&
  isMap(ir.local);

const optionNames = ["adopt", "forceConflicts", "allowEmpty", "createNamespace"] satisfies (keyof Permissions)[];

const pullPolicies: Readonly<Record<PullPolicy, true>> = { always: true, missing: true, never: true };

const areOptions = (options: unknown): boolean =>
  isMap(options) && optionNames.every(name => typeof options[name] === "boolean");

const actions: Readonly<Record<Action, true>> = {
  create: true,
  update: true,
  adopt: true,
  replace: true,
  delete: true,
  unchanged: true,
};

/** What each reason says beside its kind, and whether that is a list. */
const reasons: { readonly [K in Reason["kind"]]: readonly [field: string, isList: boolean] | undefined } = {
  "not-there": undefined,
  declared: undefined,
  drifted: ["managers", true],
  "secret-changed": ["keys", true],
  "not-ours": ["owner", false],
  "cannot-change": ["field", false],
  "no-longer-declared": undefined,
  superseded: undefined,
  "image-changed": ["after", false],
  stopped: undefined,
  "being-deleted": undefined,
  interrupted: undefined,
  same: undefined,
};

const isChange = (change: unknown): change is Change =>
  isMap(change) &&
  isText(change.action) &&
  Object.hasOwn(actions, change.action) &&
  isMap(change.object) &&
  [change.object.apiVersion, change.object.kind, change.object.name, change.path].every(isText) &&
  isTextOrNone(change.uid) &&
  isTextOrNone(change.daemon) &&
  isReason(change.reason) &&
  Array.isArray(change.fields) &&
  change.fields.every(field => isMap(field) && isText(field.field) && isTextOrNone(field.path));

function isReason(reason: unknown): boolean {
  if (!isMap(reason) || !isText(reason.kind) || !Object.hasOwn(reasons, reason.kind)) return false;
  const [field, isList] = reasons[reason.kind as Reason["kind"]] ?? [];
  if (field === undefined) return true;
  const said = reason[field];
  return isList ? Array.isArray(said) && said.every(isText) : isText(said);
}

/** What a change is found by in a plan file. */
export const digestKey = (change: Pick<Change, "action" | "object">): string =>
  `${change.object.kind}/${nameOf(change)}`;

/** The Secrets with a daemon's values are made anew, each with a random end: that is no difference. */
const nameOf = ({ action, object: { kind, name } }: Pick<Change, "action" | "object">): string =>
  kind === "Secret" && action === "create" ? name.replace(/-env-[a-z0-9]{8}$/, "-env-*") : name;

/** SHA-256, in hex, of what a change would do, to what: the same as long as it would do the same. */
export function changeDigest(change: Change): string {
  const { action, object, uid, fields } = change;
  const { apiVersion, kind } = object;
  const done = { action, apiVersion, kind, name: nameOf(change), uid, fields: fields.map(said) };
  return digestOf(JSON.stringify(done, sorted));
}

/** Where a field stands in the document does not change what is done. */
const said = ({ field, before, after, secret }: Change["fields"][number]): object => ({ field, before, after, secret });

const sorted = (_: string, value: unknown): unknown =>
  isMap(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
