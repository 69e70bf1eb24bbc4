import { type Diagnostic, finding, join, value } from "../../../diagnostics/index.ts";
import type { SecretIr, StackIr } from "../../../ir/index.ts";
import type { Cluster } from "../api/cluster.ts";
import { unlessForbidden } from "../api/error.ts";
import type { LiveObject } from "../api/live-object.ts";
import type { DesiredObject } from "../compare/desired.ts";

/** Looks for the Secrets that are not ours and that daemons cannot start without. */
export async function checkReferences(
  cluster: Cluster,
  stack: StackIr,
  objects: readonly DesiredObject[],
): Promise<readonly Diagnostic[]> {
  const read = readKeys(objects);
  const sources = stack.secrets.filter(
    ({ kubernetes }) => kubernetes && read.has(`${kubernetes.name}/${kubernetes.key}`),
  );
  const names = [
    ...new Set([...sources.flatMap(({ kubernetes }) => kubernetes?.name ?? []), ...stack.kubernetes.imagePullSecrets]),
  ];
  const secrets = new Map(await Promise.all(names.map(async name => [name, await lookUp(cluster, name)] as const)));
  return [
    ...sources.flatMap(source => checkSource(source, secrets, cluster.namespace)),
    ...stack.kubernetes.imagePullSecrets.flatMap((name, index) =>
      secrets.get(name) === undefined
        ? [
            finding("pull-secret-missing", value(join("/platforms/kubernetes/imagePullSecrets", index)), {
              name,
              namespace: cluster.namespace,
            }),
          ]
        : [],
    ),
  ];
}

/** `<Secret>/<key>` of everything that a container's environment reads. */
function readKeys(objects: readonly DesiredObject[]): ReadonlySet<string> {
  const references = JSON.stringify(objects.map(({ object }) => object)).matchAll(
    /"secretKeyRef":\{"name":("(?:[^"\\]|\\.)*"),"key":("(?:[^"\\]|\\.)*")\}/g,
  );
  return new Set(Array.from(references, ([, name = '""', key = '""']) => `${JSON.parse(name)}/${JSON.parse(key)}`));
}

/** Undefined where it does not exist; what we may not see is taken to be there. */
const lookUp = (cluster: Cluster, name: string): Promise<LiveObject | "hidden" | undefined> =>
  unlessForbidden(cluster.get({ kind: "Secret", name }), "hidden" as const);

function checkSource(
  { name: secret, path, kubernetes }: SecretIr,
  secrets: ReadonlyMap<string, LiveObject | "hidden" | undefined>,
  namespace: string,
): readonly Diagnostic[] {
  if (kubernetes === undefined) return [];
  const { name, key } = kubernetes;
  const found = secrets.get(name);
  if (found === "hidden") return [];
  const at = join(path, "kubernetes");
  if (found === undefined)
    return [finding("cluster-secret-missing", value(join(at, "name")), { name, key, namespace, secret })];
  const keys = Object.keys((found.data as object | undefined) ?? {});
  return keys.includes(key) ? [] : [finding("cluster-secret-key-missing", value(join(at, "key")), { name, key, keys })];
}
