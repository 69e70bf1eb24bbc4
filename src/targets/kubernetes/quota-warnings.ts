import { type Diagnostic, finding, key } from "../../diagnostics/index.ts";
import type { JsonObject, StackIr } from "../../ir/index.ts";
import { isStatus } from "./api-error.ts";
import type { Cluster } from "./cluster.ts";
import type { KindName } from "./kinds.ts";
import type { LiveObject } from "./live-object.ts";

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
  if (ranges.some(fillsIn)) return [];
  return quotas.flatMap(quota => {
    const hard = (quota.spec as { readonly hard?: JsonObject } | undefined)?.hard ?? {};
    const fields = Object.keys(hard).flatMap(name =>
      isSet(stack, name) ? [] : [quotaFields[name]?.join(".") ?? name],
    );
    if (fields.length === 0) return [];
    const at =
      stack.kubernetes.pod.resources === undefined ? stack.daemons[0]?.path : "/platforms/kubernetes/pod/resources";
    return [
      finding("quota-wants-limits", at === undefined ? { argument: "" } : key(at), {
        quota: quota.metadata.name,
        fields: [...new Set(fields)],
      }),
    ];
  });
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

const fillsIn = (range: LiveObject): boolean =>
  ((range.spec as { readonly limits?: readonly JsonObject[] } | undefined)?.limits ?? []).some(
    limit => limit.type === "Container" && (limit.default !== undefined || limit.defaultRequest !== undefined),
  );

/** What we may not see cannot be warned about. */
async function readable(cluster: Cluster, kind: KindName): Promise<readonly LiveObject[]> {
  try {
    return (await cluster.list(kind)).items;
  } catch (cause) {
    if (isStatus(cause, 403)) return [];
    throw cause;
  }
}
