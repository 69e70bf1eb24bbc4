import { envSecretName, objectName } from "../../../render/index.ts";
import type { DeploymentRecord } from "../../../state/index.ts";
import type { Effects } from "../../index.ts";
import { keyOf } from "../api/kinds.ts";
import type { LiveObject } from "../api/live-object.ts";
import type { DesiredObject } from "../compare/desired.ts";

const digits = "abcdefghijkmnpqrstuvwxyz23456789";
const length = 8;

/** Which Secret holds the secret values of a daemon, and which of its keys changed. */
export interface ChosenName {
  readonly name: string;
  /** Keys whose values differ from those of the Secret used so far; none where it is used on. */
  readonly changed: readonly string[];
}

interface Choosing {
  readonly record: DeploymentRecord | undefined;
  readonly observed: ReadonlyMap<string, LiveObject>;
  readonly stack: string;
  readonly effects: Effects;
}

/** A Secret with the same content is used on; other content gets a Secret of its own, so that a rollback finds the old one. */
export function chooseSecretNames(
  wanted: readonly DesiredObject[],
  choosing: Choosing,
): ReadonlyMap<string, ChosenName> {
  const secrets = wanted.filter(({ object, daemon }) => object.kind === "Secret" && daemon !== undefined);
  return new Map(secrets.map(({ object, daemon = "" }) => [daemon, choose(daemon, object.data as Data, choosing)]));
}

/** Where we may not see Secrets, the ones that the daemons read now are taken to be right. */
export function secretNamesInUse(
  wanted: readonly DesiredObject[],
  { observed, stack }: Pick<Choosing, "observed" | "stack">,
): ReadonlyMap<string, ChosenName> {
  const daemons = wanted.flatMap(({ object, daemon }) => (object.kind === "Secret" ? (daemon ?? []) : []));
  return new Map(
    daemons.map(daemon => {
      const live = observed.get(keyOf({ kind: "Deployment", name: objectName(stack, daemon) }));
      const base = envSecretName(stack, daemon);
      const used = new RegExp(`"${base}-[${digits}]{${length}}"`).exec(JSON.stringify(live?.spec) ?? "");
      return [daemon, { name: used?.[0].slice(1, -1) ?? base, changed: [] }];
    }),
  );
}

type Data = Readonly<Record<string, string>>;

function choose(daemon: string, data: Data, { record, observed, stack, effects }: Choosing): ChosenName {
  const known = [record?.pending?.secrets[daemon], record?.good?.secrets[daemon]].filter(name => name !== undefined);
  const there = known.flatMap(name => {
    const live = observed.get(keyOf({ kind: "Secret", name }));
    return live === undefined || live.metadata.deletionTimestamp !== undefined ? [] : [{ name, live }];
  });
  const same = there.find(({ live }) => differing(data, dataOf(live)).length === 0);
  if (same !== undefined) return { name: same.name, changed: [] };
  const [latest] = there;
  return {
    name: `${envSecretName(stack, daemon)}-${suffix(effects)}`,
    changed: latest === undefined ? [] : differing(data, dataOf(latest.live)),
  };
}

const dataOf = ({ data }: LiveObject): Data => (data as Data | undefined) ?? {};

const differing = (a: Data, b: Data): readonly string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(key => a[key] !== b[key]).sort();

const suffix = ({ random }: Effects): string =>
  Array.from({ length }, () => digits[Math.floor(random() * digits.length)]).join("");
