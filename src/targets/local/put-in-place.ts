import { createGate, type Desired } from "../index.ts";
import { allEnded } from "./all-ended.ts";
import { restartPolicy } from "./containers/compare.ts";
import { makeContainer, stopSeconds } from "./containers/make.ts";
import { nextName, previousName } from "./containers/names.ts";
import { moveIn } from "./containers/replace.ts";
import { startContainer, unlessRefused } from "./containers/start.ts";
import type { Host } from "./host.ts";
import { parallel } from "./observe.ts";
import type { Decision, Work } from "./work.ts";

/** Makes every new container before the first old one is stopped; then each takes the place of the one before. */
export async function putInPlace(host: Host, work: Work, { wait }: { readonly wait: boolean }): Promise<void> {
  const { decisions, desired } = work;
  if (desired === undefined) throw new Error("made containers for a stack that is deleted");
  const gate = createGate(parallel);
  const each = <T>(chosen: readonly Decision[], step: (decision: Decision) => Promise<T>): Promise<readonly T[]> =>
    allEnded(chosen.map(decision => gate(() => step(decision))));
  const [made, kept] = [decisions.filter(isMade), decisions.filter(({ change }) => change.action === "update")];
  // Who waits for the daemon finds out why it cannot be started; nobody else would.
  const start: Start = id => (wait ? unlessRefused(startContainer(host, id)) : startContainer(host, id));
  await each(made, ({ desired: { daemon } }) => clear(host, work, daemon.name));
  const ids = await each(made, decision => makeNext(host, decision, { work, desired }));
  await allEnded([
    ...made.map((decision, index) => gate(() => takePlace(host, decision, { work, start, next: ids[index] ?? "" }))),
    ...kept.map(decision => gate(() => mend(host, decision, start))),
  ]);
}

type Start = (id: string) => Promise<void>;

const isMade = ({ change: { action } }: Decision): boolean => action !== "unchanged" && action !== "update";

/** What an earlier run left under the names that are needed; what was good before that run stays to go back to. */
async function clear({ engine }: Host, work: Work, name: string): Promise<void> {
  const { containers } = work.observed;
  const [next, previous] = [containers.get(nextName(name)), containers.get(previousName(name))];
  if (next !== undefined) await engine.removeContainer(next.id);
  const isStale = containers.has(name) && !isUnproven(work);
  if (previous !== undefined && isStale) await engine.removeContainer(previous.id);
}

/** Nobody has seen yet that what is there now runs. */
const isUnproven = ({ observed: { record } }: Work): boolean => record?.pending !== undefined;

interface Making {
  readonly work: Work;
  readonly desired: Desired;
}

const makeNext = (host: Host, { desired: container }: Decision, { work, desired }: Making): Promise<string> =>
  makeContainer(host, container, {
    name: nextName(container.daemon.name),
    info: work.observed.info,
    reveal: secret => desired.secretValues.get(secret) ?? "",
  });

async function takePlace(
  host: Host,
  { desired: { daemon }, live, change }: Decision,
  { work, start, next }: { readonly work: Work; readonly start: Start; readonly next: string },
): Promise<void> {
  const { name } = daemon;
  const keeps = live?.name === name && work.observed.containers.has(previousName(name)) && isUnproven(work);
  if (live !== undefined && keeps) {
    await host.engine.stopContainer(live.id, stopSeconds);
    await host.engine.removeContainer(live.id);
  }
  await moveIn(host, name, { live: keeps ? undefined : live, next });
  await start(next);
  const { action, object } = change;
  if (action !== "unchanged") host.onProgress({ kind: "written", action, object });
}

/** The container is as it should be, and does not run, or not for good. */
async function mend(
  host: Host,
  { desired: { daemon }, live, change: { object } }: Decision,
  start: Start,
): Promise<void> {
  if (live === undefined) return;
  const { engine } = host;
  if (live.name !== daemon.name) await engine.renameContainer(live.id, daemon.name);
  if (live.restartPolicy !== restartPolicy) await engine.setRestartPolicy(live.id, restartPolicy);
  if (live.state.status === "paused") await engine.unpauseContainer(live.id);
  else await start(live.id);
  host.onProgress({ kind: "written", action: "update", object });
}
