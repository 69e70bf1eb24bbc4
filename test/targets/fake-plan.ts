import { type Diagnostic, finding, key } from "../../src/diagnostics/index.ts";
import type { DaemonIr, EnvironmentVariable } from "../../src/ir/index.ts";
import type { Change, Desired, FieldChange, Permissions, Plan, Reason } from "../../src/targets/index.ts";

export const nameOf = (stack: string, daemon: string): string => `${stack}-${daemon}`;

/** The variables of a daemon. */
export const variablesOf = (
  daemon: DaemonIr,
  secrets: ReadonlyMap<string, string>,
): ReadonlyMap<string, FakeVariable> =>
  new Map(daemon.environment.kubernetes.map(variable => [variable.name, variableOf(variable, secrets)]));

interface FakeVariable {
  readonly path: string;
  readonly text: string;
  readonly isSecret: boolean;
}

const variableOf = ({ path, value }: EnvironmentVariable, secrets: ReadonlyMap<string, string>): FakeVariable => {
  if (value.kind === "text") return { path, text: value.text, isSecret: false };
  return { path, text: value.kind === "secret" ? (secrets.get(value.secret) ?? "") : "", isSecret: true };
};

export const imageOf = ({ code }: DaemonIr): string => (code.type === "image" ? code.image : "");

/** What runs of a stack, and what was wanted of it. */
export interface FakeDaemon {
  readonly daemon: DaemonIr;
  readonly secretValues: ReadonlyMap<string, string>;
}

/** What speaks against touching a stack at all. */
export function refusals(
  { stack, source }: Desired,
  there: { readonly source?: string | undefined; readonly count: number },
  { adopt, allowEmpty }: Permissions,
): readonly Diagnostic[] {
  const name = stack.stack;
  const isOthers = !adopt && source !== undefined && there.source !== undefined && there.source !== source;
  const isEmptied = !allowEmpty && stack.daemons.length === 0 && there.count > 0;
  return [
    ...(isOthers ? [finding("other-source", key("/stack"), { stack: name, recorded: there.source, source })] : []),
    ...(isEmptied ? [finding("empty-stack", key("/stack"), { stack: name, count: there.count })] : []),
  ];
}

/** What would be done to a stack, by comparing what runs with what is wanted. */
export function planOf(
  { stack, secretValues }: Pick<Desired, "stack" | "secretValues">,
  there: ReadonlyMap<string, FakeDaemon>,
  namespace: string,
): Plan {
  const ids = new Set(stack.daemons.map(({ id }) => id));
  const changes = [
    ...stack.daemons.map(daemon => changeOf(stack.stack, { daemon, secretValues }, there.get(daemon.id))),
    ...[...there.values()].filter(({ daemon }) => !ids.has(daemon.id)).map(gone => deletionOf(stack.stack, gone)),
  ];
  return { stack: stack.stack, platform: "kubernetes", namespace, ir: stack, changes, approximate: false };
}

export const deletionOf = (stack: string, { daemon }: FakeDaemon): Change => ({
  ...aboutOf(stack, daemon),
  action: "delete",
  reason: { kind: "no-longer-declared" },
  fields: [],
});

const aboutOf = (stack: string, { id, path }: DaemonIr): Pick<Change, "object" | "path" | "daemon"> => ({
  object: { apiVersion: "apps/v1", kind: "Deployment", name: nameOf(stack, id) },
  path,
  daemon: id,
});

function changeOf(stack: string, wanted: FakeDaemon, live: FakeDaemon | undefined): Change {
  const about = aboutOf(stack, wanted.daemon);
  if (live === undefined) return { ...about, action: "create", reason: { kind: "not-there" }, fields: [] };
  const fields = [...imageChanges(wanted.daemon, live.daemon), ...environmentChanges(wanted, live)];
  const isSame = fields.length === 0 && JSON.stringify(wanted.daemon) === JSON.stringify(live.daemon);
  if (isSame) return { ...about, action: "unchanged", reason: { kind: "same" }, fields };
  return { ...about, action: "update", reason: reasonOf(fields), fields };
}

function reasonOf(fields: readonly FieldChange[]): Reason {
  const keys = fields.filter(({ secret }) => secret).map(({ field }) => field.slice("environment.".length));
  return keys.length > 0 && keys.length === fields.length ? { kind: "secret-changed", keys } : { kind: "declared" };
}

function imageChanges(wanted: DaemonIr, live: DaemonIr): readonly FieldChange[] {
  const [before, after] = [imageOf(live), imageOf(wanted)];
  return before === after ? [] : [{ field: "image", path: `${wanted.code.path}/image`, before, after }];
}

function environmentChanges(wanted: FakeDaemon, live: FakeDaemon): readonly FieldChange[] {
  const [before, after] = [live, wanted].map(({ daemon, secretValues }) => variablesOf(daemon, secretValues));
  const names = new Set([...(after?.keys() ?? []), ...(before?.keys() ?? [])]);
  return [...names].flatMap(name => variableChange(name, before?.get(name), after?.get(name)));
}

function variableChange(
  name: string,
  before: FakeVariable | undefined,
  after: FakeVariable | undefined,
): readonly FieldChange[] {
  if (before?.text === after?.text) return [];
  const about = { field: `environment.${name}`, ...(after === undefined ? {} : { path: after.path }) };
  if (before?.isSecret || after?.isSecret) return [{ ...about, secret: true }];
  return [
    {
      ...about,
      ...(before === undefined ? {} : { before: before.text }),
      ...(after === undefined ? {} : { after: after.text }),
    },
  ];
}
