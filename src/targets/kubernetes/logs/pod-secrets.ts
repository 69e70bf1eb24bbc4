import { secretTexts } from "../../index.ts";
import type { Cluster } from "../api/cluster.ts";
import { ApiError } from "../api/error.ts";
import type { LiveObject } from "../api/live-object.ts";

interface PodTemplate {
  readonly template?: { readonly spec?: { readonly containers?: readonly Container[] } };
}

interface Container {
  readonly env?: readonly { readonly valueFrom?: { readonly secretKeyRef?: { readonly name?: string } } }[];
  readonly envFrom?: readonly { readonly secretRef?: { readonly name?: string } }[];
}

/** Everything in the Secrets that the containers of a Deployment are given; undefined where we may not know it. */
export async function secretsOf(
  cluster: Cluster,
  deployment: LiveObject | undefined,
): Promise<readonly string[] | undefined> {
  const containers = (deployment?.spec as PodTemplate | undefined)?.template?.spec?.containers ?? [];
  const names = containers.flatMap(({ env = [], envFrom = [] }) => [
    ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
    ...envFrom.map(({ secretRef }) => secretRef?.name),
  ]);
  const unique = [...new Set(names)].filter(name => name !== undefined);
  try {
    const secrets = await Promise.all(unique.map(name => cluster.get({ kind: "Secret", name })));
    return secrets.flatMap(secret => valuesOf(secret)).flatMap(secretTexts);
  } catch (cause) {
    cluster.signal.throwIfAborted();
    if (cause instanceof ApiError) return undefined;
    throw cause;
  }
}

const valuesOf = (secret: LiveObject | undefined): readonly string[] =>
  Object.values((secret?.data as Readonly<Record<string, string>> | undefined) ?? {}).map(value =>
    Buffer.from(value, "base64").toString(),
  );
