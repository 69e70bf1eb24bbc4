import { type LocalVariable, localLabels } from "../../../render/index.ts";
import type { Container } from "../api/engine.ts";
import { differences, type SecretValues, variablesOf } from "../containers/compare.ts";
import { type DesiredContainer, wasDeclaredSo } from "../containers/desired.ts";

/**
 * The values of secrets as the containers had them: what the last apply gave them. Those of the shell may be others by
 * now, which nobody has applied yet; they are used where a container was gone before it was seen.
 */
export interface Remembered {
  /** Takes in what a container has that was made from what is recorded. */
  note(desired: DesiredContainer, live: Container): void;
  /** The same container, its secret values filled in; or the variables whose values nobody knows. */
  fill(desired: DesiredContainer, given: SecretValues): Filled;
  /** Another revision is recorded. */
  forget(): void;
}

export type Filled = { readonly desired: DesiredContainer } | { readonly unknown: readonly string[] };

export function rememberSecrets(): Remembered {
  /** By daemon, then by variable. */
  const texts = new Map<string, ReadonlyMap<string, string>>();
  return {
    note: (desired, live) => {
      if (isOfRecord(desired, live)) texts.set(desired.daemon.id, variablesOf(live.environment));
    },
    fill: (desired, given) => {
      const { daemon } = desired;
      const known = texts.get(daemon.id);
      const filled = daemon.environment.map(variable => ({ variable, text: textOf(variable, { known, given }) }));
      const unknown = filled.filter(({ text }) => text === undefined).map(({ variable: { name } }) => name);
      if (unknown.length > 0) return { unknown };
      const environment = filled.map(({ variable, text = "" }) => ({ ...variable, text: () => text }));
      return { desired: { ...desired, daemon: { ...daemon, environment } } };
    },
    forget: () => texts.clear(),
  };
}

/** By its label; one that another version has labelled, by what is in it. */
function isOfRecord(desired: DesiredContainer, live: Container): boolean {
  if (wasDeclaredSo(desired, live.labels)) return true;
  if (live.labels[localLabels.hashVersion] === desired.labels[localLabels.hashVersion]) return false;
  const changed = differences({ desired, live, image: undefined, liveImage: undefined, secretValues: new Map() });
  return changed.every(({ field }) => !field.startsWith("environment."));
}

interface Sources {
  readonly known: ReadonlyMap<string, string> | undefined;
  readonly given: SecretValues;
}

function textOf({ name, secrets, text }: LocalVariable, { known, given }: Sources): string | undefined {
  if (secrets.length === 0) return text(() => "");
  const own = known?.get(name);
  if (own !== undefined) return own;
  return secrets.every(secret => given.has(secret)) ? text(secret => given.get(secret) ?? "") : undefined;
}
