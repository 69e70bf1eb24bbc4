import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/ir/index.ts";
import { check } from "../../src/pipeline.ts";
import { type KubernetesObject, renderKubernetes } from "../../src/render/index.ts";
import { decodeSource } from "../../src/source/index.ts";

/** A stack with everything that ends up in an object, and what Kubernetes 1.20 answered when it was applied. */
const directory = join(import.meta.dirname, "../../fixtures/plans/full");
const read = (name: string): Buffer => readFileSync(join(directory, name));

export const kinds = ["NetworkPolicy", "ServiceAccount", "Role", "RoleBinding", "Secret", "Deployment"] as const;
type Kind = (typeof kinds)[number];

interface Live extends JsonObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly [field: string]: unknown };
}

export const live = (kind: Kind): Live => JSON.parse(read(`live/${kind.toLowerCase()}.json`).toString());

const { namespace } = live("Deployment").metadata;
const { value: file } = decodeSource("alien.yaml", read("alien.yaml"));
const { value } = check({ files: file === undefined ? [] : [file], choose: () => "kubernetes", namespace });
if (value === undefined) throw new Error("fixtures/plans/full is refused");

export const { stack } = value;
export const [connector] = stack.daemons;

const secretValues = new Map([
  ["api-token", "t1"],
  ["commands-token", "t2"],
]);

/** As it is sent: what JSON does not have is gone. */
export function desired(kind: Kind): KubernetesObject {
  const { value: objects } = renderKubernetes(stack, { namespace, secretValues });
  const found = objects.find(({ object }) => object.kind === kind);
  if (found === undefined) throw new Error(`no ${kind} is rendered`);
  return JSON.parse(JSON.stringify(found.object));
}

type Step = string | number;

/** A copy in which one place says something else; `undefined` removes it. */
export function changed<T extends object>(object: T, path: readonly Step[], to: unknown): T {
  const copy = structuredClone(object);
  const last = path.at(-1) ?? "";
  const holder = path.slice(0, -1).reduce<object>((inner, step) => Reflect.get(inner, step), copy);
  if (to === undefined && Array.isArray(holder)) holder.splice(Number(last), 1);
  else if (to === undefined) Reflect.deleteProperty(holder, last);
  else Reflect.set(holder, last, to);
  return copy;
}

/** The paths of all scalars, list items by index. */
export function leaves(value: unknown, path: readonly Step[] = []): readonly (readonly Step[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const entries: [Step, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([step, inner]) => leaves(inner, [...path, step]));
}

/** The same, the keys of every map the other way round. */
export function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, reversed(inner)]);
  return Object.fromEntries(entries.reverse());
}

export const podSpec = ["spec", "template", "spec"] as const;
export const container = [...podSpec, "containers", 0] as const;
