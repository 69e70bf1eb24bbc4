import { join, key, type Place, value } from "../../../diagnostics/index.ts";
import { bindingSecrets, type DaemonIr, type JsonObject, type StackIr } from "../../../ir/index.ts";
import type { LiveObject } from "../api/live-object.ts";
import type { Cause } from "./cause.ts";

const podSettings = "/platforms/kubernetes/pod";

export interface PlaceSetting {
  readonly daemon: DaemonIr;
  readonly stack: StackIr;
  readonly deployment: LiveObject | undefined;
}

/** The place in `alien.yaml` that a cause is about; the daemon itself where there is none nearer. */
export function placeOf(cause: Cause, setting: PlaceSetting): Place {
  const { daemon, stack } = setting;
  if ("image" in cause) return value(join(daemon.code.path, "image"));
  if (cause.kind === "secret-missing") return secretPlace(setting, cause.secret);
  if (cause.kind === "secret-key-missing") return secretPlace(setting, cause.secret, cause.key);
  if (cause.kind === "out-of-memory" && memoryLimit(stack) !== undefined)
    return value(`${podSettings}/resources/limits/memory`);
  const path = podPath(cause, stack.kubernetes.pod);
  return path === undefined ? key(daemon.path) : key(join(podSettings, path));
}

type Pod = StackIr["kubernetes"]["pod"];

/** What a cause may come from among the settings of the pod; only one that the document has. */
function podPath(cause: Cause, pod: Pod): keyof Pod | undefined {
  const said = "said" in cause ? cause.said : "";
  return suspects(cause, said).find(name => pod[name] !== undefined);
}

function suspects({ kind }: Cause, said: string): readonly (keyof Pod)[] {
  if (kind === "out-of-memory") return ["resources"];
  if (kind !== "refused" && kind !== "not-schedulable" && kind !== "cannot-start") return [];
  const words: readonly (readonly [RegExp, readonly (keyof Pod)[]])[] = [
    // A quota on the number of pods has nothing to do with what a pod asks for.
    [/requested: (?:count\/)?pods=\d+, used/i, []],
    [/run as root|runAsNonRoot|non-numeric user|security|privilege|capabilit|seccomp/i, securityFields],
    [/taint/i, ["tolerations", "nodeSelector"]],
    [/affinity|selector/i, ["nodeSelector", "tolerations"]],
    [/quota|insufficient|maximum|minimum|limit/i, ["resources"]],
  ];
  return words.find(([pattern]) => pattern.test(said))?.[1] ?? [];
}

const securityFields = ["containerSecurityContext", "securityContext"] as const;

/** Where a Secret of the cluster is named: among the secrets, or by the variable that reads it. */
function secretPlace({ daemon, stack, deployment }: PlaceSetting, secret: string, wanted?: string): Place {
  const named = stack.secrets.filter(
    ({ kubernetes }) => kubernetes?.name === secret && (wanted === undefined || kubernetes.key === wanted),
  );
  const read = secretsOf(daemon);
  const found = named.find(({ name }) => read.has(name)) ?? named[0];
  if (found !== undefined) return value(join(join(found.path, "kubernetes"), wanted === undefined ? "name" : "key"));
  const variable = variableOf(deployment, secret, wanted);
  const declared = daemon.environment.kubernetes.find(({ name }) => name === variable);
  return wanted === undefined || declared === undefined ? key(daemon.path) : key(declared.path);
}

const secretsOf = ({ environment }: DaemonIr): ReadonlySet<string> =>
  new Set(
    environment.kubernetes.flatMap(({ value: given }) => {
      if (given.kind === "secret") return [given.secret];
      return given.kind === "binding" ? bindingSecrets(given.binding) : [];
    }),
  );

interface LiveTemplate {
  readonly template?: {
    readonly spec?: { readonly containers?: readonly { readonly env?: readonly LiveVariable[] }[] };
  };
}

interface LiveVariable {
  readonly name: string;
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name?: string; readonly key?: string } };
}

/** The variable that reads a key of a Secret, as the cluster has it. */
function variableOf(
  deployment: LiveObject | undefined,
  secret: string,
  wanted: string | undefined,
): string | undefined {
  const { template } = (deployment?.spec ?? {}) as LiveTemplate;
  const variables = template?.spec?.containers?.flatMap(({ env = [] }) => env) ?? [];
  const reads = ({ valueFrom }: LiveVariable): boolean =>
    valueFrom?.secretKeyRef?.name === secret && valueFrom.secretKeyRef.key === wanted;
  return variables.find(reads)?.name;
}

/** The limit of memory that the document gives, as it is written. */
export function memoryLimit({ kubernetes: { pod } }: StackIr): string | undefined {
  const limits = pod.resources?.limits as JsonObject | undefined;
  return limits?.memory === undefined ? undefined : String(limits.memory);
}
