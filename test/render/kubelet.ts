import type { KubernetesObject } from "../../src/render/index.ts";

type Variables = ReadonlyMap<string, string>;
/** Values by `<secret>/<key>`. */
export type SecretStore = ReadonlyMap<string, string>;

/**
 * What the kubelet makes of a value, byte by byte as third_party/forked/golang/expansion does. `$` before
 * any other byte gives `$` and that byte as a code point, which breaks UTF-8: kubernetes/kubernetes#136323.
 */
export function expand(value: string, variables: Variables): string {
  const input = Buffer.from(value);
  const parts: Buffer[] = [];
  let from = 0;
  for (let cursor = 0; cursor < input.length; cursor++) {
    if (input[cursor] !== dollar || cursor + 1 >= input.length) continue;
    parts.push(input.subarray(from, cursor));
    const { text, length } = reference(input.subarray(cursor + 1), variables);
    parts.push(Buffer.from(text));
    cursor += length;
    from = cursor + 1;
  }
  return Buffer.concat([...parts, input.subarray(from)]).toString();
}

const dollar = 0x24;
const opening = 0x28;
const closing = 0x29;

function reference(rest: Buffer, variables: Variables): { text: string; length: number } {
  const first = rest[0] ?? 0;
  if (first === dollar) return { text: "$", length: 1 };
  if (first !== opening) return { text: `$${String.fromCodePoint(first)}`, length: 1 };
  const end = rest.indexOf(closing);
  if (end < 0) return { text: "$(", length: 1 };
  const name = rest.subarray(1, end).toString();
  return { text: variables.get(name) ?? `$(${name})`, length: end + 1 };
}

/** The environment a process sees: variables in order, each expanded with those before it. */
export function processEnvironment(deployment: KubernetesObject, secrets: SecretStore): Record<string, string> {
  const variables = new Map<string, string>();
  for (const { name, value, valueFrom } of containerEnv(deployment)) {
    const from = valueFrom?.secretKeyRef;
    const stored = from === undefined ? undefined : secrets.get(`${from.name}/${from.key}`);
    if (from !== undefined && stored === undefined) throw new Error(`no key ${from.key} in Secret ${from.name}`);
    variables.set(name, stored ?? expand(value ?? "", variables));
  }
  return Object.fromEntries(variables);
}

interface Env {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken: boolean;
  readonly securityContext: object;
  readonly containers: readonly [
    { readonly env?: readonly Env[]; readonly resources: object; readonly securityContext: object },
  ];
  readonly [field: string]: unknown;
}

export const podSpec = (deployment: KubernetesObject): PodSpec =>
  (deployment.spec as { template: { spec: PodSpec } }).template.spec;

export const containerEnv = (deployment: KubernetesObject): readonly Env[] =>
  podSpec(deployment).containers[0].env ?? [];

/** The contents of rendered Secrets, as a cluster would keep them. */
export function storedSecrets(objects: readonly KubernetesObject[]): SecretStore {
  const secrets = objects.filter(({ kind }) => kind === "Secret");
  return new Map(
    secrets.flatMap(({ metadata, data }) =>
      Object.entries(data as Record<string, string>).map(([key, value]): [string, string] => [
        `${metadata.name}/${key}`,
        Buffer.from(value, "base64").toString(),
      ]),
    ),
  );
}
