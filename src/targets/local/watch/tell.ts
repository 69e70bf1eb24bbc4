import { localLabels } from "../../../render/index.ts";
import { daemonChanges, type KnownDaemons } from "../../index.ts";
import { daemonsOf } from "../status.ts";
import { type Crashes, crashesAfter } from "./crashes.ts";
import { type Look, type RememberedStack, revisionIn } from "./look.ts";
import type { Untimed } from "./repairs.ts";

/** Finds what is new in each look. */
export interface Teller {
  /** What there is to tell of a look after those before, but for health. */
  news(look: Look, now: number): readonly Untimed[];
  health(): Untimed;
}

export function createTeller(stack: string): Teller {
  let known: KnownDaemons | undefined;
  let remembered: RememberedStack | undefined;
  let crashes: ReadonlyMap<string, Crashes> = new Map();
  return {
    news: (look, now) => {
      const daemons = observe(stack, look);
      const ends = crashesIn(look, crashes, now);
      const news = [
        ...recordNews(remembered, look.remembered),
        ...(known === undefined ? [] : daemonChanges(known, daemons)),
        ...crashNews(look, crashes, ends),
      ];
      [known, remembered, crashes] = [daemons, look.remembered, ends];
      return news;
    },
    health: () => ({ kind: "health", daemons: [...(known?.values() ?? [])] }),
  };
}

function observe(stack: string, { containers, remembered }: Look): KnownDaemons {
  const wanted = revisionIn(remembered)?.ir.daemons.map(({ id }) => id) ?? [];
  return new Map(daemonsOf(stack, [...containers.values()], wanted).map(status => [status.daemon, status]));
}

/** At first sight only what keeps the stack from being repaired is news. */
function recordNews(before: RememberedStack | undefined, now: RememberedStack): readonly Untimed[] {
  if (before !== undefined && saying(before) === saying(now)) return [];
  switch (now.kind) {
    case "lost":
      return [{ kind: "record", usable: false }];
    case "unusable":
      return [{ kind: "record", usable: false, detail: now.detail }];
    case "pending":
      return [...backAgain(before), { kind: "revision", revision: now.revision.number, pending: true }];
    case "good":
      if (before === undefined) return [];
      return [...backAgain(before), { kind: "revision", revision: now.good.revision.number }];
  }
}

const backAgain = (before: RememberedStack | undefined): readonly Untimed[] =>
  before?.kind === "lost" || before?.kind === "unusable" ? [{ kind: "record", usable: true }] : [];

const saying = (remembered: RememberedStack): string =>
  JSON.stringify([
    remembered.kind,
    revisionIn(remembered)?.number,
    remembered.kind === "unusable" && remembered.detail,
  ]);

const crashesIn = ({ containers }: Look, before: ReadonlyMap<string, Crashes>, now: number) =>
  new Map(
    Array.from(containers, ([name, container]) => [name, crashesAfter(before.get(name), container, now)] as const),
  );

/** Once for each time that the engine's pause has grown. */
function crashNews(
  { containers }: Look,
  before: ReadonlyMap<string, Crashes>,
  now: ReadonlyMap<string, Crashes>,
): readonly Untimed[] {
  return [...now].flatMap(([name, { ends, pause }]): readonly Untimed[] => {
    const { labels, state } = containers.get(name) ?? {};
    const daemon = labels?.[localLabels.daemon];
    if (daemon === undefined || state === undefined || pause <= (before.get(name)?.pause ?? 0)) return [];
    return [{ kind: "backoff", daemon, by: "engine", ends, exitCode: state.exitCode, pause }];
  });
}
