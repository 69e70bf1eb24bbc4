import { type Diagnostic, finding, key } from "../../../diagnostics/index.ts";
import type { JsonObject, StackIr } from "../../../ir/index.ts";
import type { Cluster } from "../api/cluster.ts";
import { unlessForbidden } from "../api/error.ts";
import type { KindName } from "../api/kinds.ts";
import type { LiveObject } from "../api/live-object.ts";

/** Resources that a quota makes every pod name, as they are called in a container. */
const quotaFields: Readonly<Record<string, readonly [part: "requests" | "limits", resource: string]>> = {
  "limits.cpu": ["limits", "cpu"],
  "limits.memory": ["limits", "memory"],
  "requests.cpu": ["requests", "cpu"],
  "requests.memory": ["requests", "memory"],
  cpu: ["requests", "cpu"],
  memory: ["requests", "memory"],
};

/** Quotas that refuse the daemons' pods, unless a LimitRange fills in what they leave out. */
export async function quotaWarnings(cluster: Cluster, stack: StackIr): Promise<readonly Diagnostic[]> {
  const [quotas, ranges] = await Promise.all([readable(cluster, "ResourceQuota"), readable(cluster, "LimitRange")]);
  const filledIn = new Set(ranges.flatMap(filledInBy));
  return quotas.filter(countsDaemons).flatMap(quota => {
    const hard = (quota.spec as QuotaSpec | undefined)?.hard ?? {};
    const wanted = Object.keys(hard).filter(name => !isSet(stack, name));
    const fields = wanted.map(name => quotaFields[name]?.join(".") ?? name).filter(field => !filledIn.has(field));
    if (fields.length === 0) return [];
    const args = { quota: quota.metadata.name, fields: [...new Set(fields)] };
    return [finding("quota-wants-limits", placeOf(stack), args)];
  });
}

/** The nearest place of the document that is about resources. */
function placeOf({ kubernetes: { pod }, daemons }: StackIr): Parameters<typeof finding>[1] {
  if (pod.resources !== undefined) return key("/platforms/kubernetes/pod/resources");
  if (Object.keys(pod).length > 0) return key("/platforms/kubernetes/pod");
  const [first] = daemons;
  return first === undefined ? { argument: "" } : key(first.path);
}

interface QuotaSpec {
  readonly hard?: JsonObject;
  readonly scopes?: readonly string[];
  readonly scopeSelector?: unknown;
}

/** A quota may be for other pods: those that end by themselves, or that ask for nothing. */
function countsDaemons({ spec = {} }: LiveObject): boolean {
  const { scopes = [], scopeSelector } = spec as QuotaSpec;
  return scopeSelector === undefined && !scopes.some(scope => scope === "Terminating" || scope === "BestEffort");
}

/** Whether the daemons' containers set what a quota counts; what is no field of a container is always set. */
function isSet({ kubernetes: { pod } }: StackIr, name: string): boolean {
  const field = quotaFields[name];
  if (field === undefined) return true;
  const [part, resource] = field;
  if (pod.resources === undefined) return part === "requests";
  const given = pod.resources[part] as JsonObject | undefined;
  // A limit is a request too, where there is none.
  const limits = pod.resources.limits as JsonObject | undefined;
  return given?.[resource] !== undefined || (part === "requests" && limits?.[resource] !== undefined);
}

/** What a LimitRange sets where a container does not: a limit is a request too. */
function filledInBy(range: LiveObject): readonly string[] {
  const { limits = [] } = (range.spec ?? {}) as { readonly limits?: readonly JsonObject[] };
  return limits
    .filter(({ type }) => type === "Container")
    .flatMap(({ default: limit, defaultRequest }) => [
      ...Object.keys(limit ?? {}).flatMap(name => [`limits.${name}`, `requests.${name}`]),
      ...Object.keys(defaultRequest ?? {}).map(name => `requests.${name}`),
    ]);
}

/** What we may not see cannot be warned about. */
const readable = async (cluster: Cluster, kind: KindName): Promise<readonly LiveObject[]> =>
  (await unlessForbidden(cluster.list(kind), undefined))?.items ?? [];
