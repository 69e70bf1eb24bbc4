import { finding, join, key, suggest } from "../diagnostics/index.ts";
import type { KubernetesSettings, LocalSettings } from "../ir/index.ts";
import { entriesOf, type Scope } from "./scope.ts";

export function compileKubernetes(scope: Scope): KubernetesSettings {
  const path = "/platforms/kubernetes";
  const { sound } = scope.collector;
  const given = sound(path) ? (scope.document.platforms?.kubernetes ?? {}) : {};
  const has = (field: keyof typeof given): boolean => given[field] !== undefined && sound(join(path, field));
  return {
    ...(has("namespace") && given.namespace !== undefined ? { namespace: given.namespace } : {}),
    imagePullSecrets: has("imagePullSecrets") ? (given.imagePullSecrets ?? []) : [],
    networkPolicy: !has("networkPolicy") || given.networkPolicy !== false,
    serviceAccounts: serviceAccounts(scope),
    pod: has("pod") ? compilePod(scope) : {},
  };
}

function serviceAccounts({ document, collector, profiles }: Scope): KubernetesSettings["serviceAccounts"] {
  const accounts = document.platforms?.kubernetes?.serviceAccounts;
  return entriesOf(collector, accounts, "/platforms/kubernetes/serviceAccounts").map(
    ({ name, value: account, path }) => {
      if (!profiles.has(name)) {
        collector.add(finding("unknown-account-profile", key(path), { id: name, suggestion: suggest(name, profiles) }));
      }
      const annotations = entriesOf(collector, account.annotations, join(path, "annotations"));
      return {
        profile: name,
        path,
        annotations: Object.fromEntries(annotations.map(entry => [entry.name, entry.value])),
      };
    },
  );
}

/** The pod's overrides, every mapping in it by name: layout of the source leaves no trace. */
function compilePod({ document, collector }: Scope): KubernetesSettings["pod"] {
  const entries = entriesOf<unknown>(
    collector,
    { ...document.platforms?.kubernetes?.pod },
    "/platforms/kubernetes/pod",
  );
  return Object.fromEntries(entries.map(({ name, value: given }) => [name, sortKeys(given)]));
}

function sortKeys(given: unknown): unknown {
  if (Array.isArray(given)) return given.map(sortKeys);
  if (typeof given !== "object" || given === null) return given;
  const entries = Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sortKeys(inner)]));
}

export function compileLocal({ document, collector }: Scope): LocalSettings {
  const network = collector.sound("/platforms/local/network") ? document.platforms?.local?.network : undefined;
  return network === undefined ? {} : { network };
}
