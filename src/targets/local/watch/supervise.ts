import { DiagnosticError } from "../../../diagnostics/index.ts";
import type { WatchEvent, WatchOptions } from "../../index.ts";
import { driftPlan } from "../drift.ts";
import type { Host } from "../host.ts";
import { isAway } from "../rollout/away.ts";
import { type Changes, followChanges } from "../rollout/changes.ts";
import { notFound } from "../status.ts";
import { type Look, lookAt, type Place, placeOf, revisionIn } from "./look.ts";
import { type Remembered, rememberSecrets } from "./remembered.ts";
import { createRepairs, type Repairs, type Untimed } from "./repairs.ts";
import { rhythm } from "./rhythm.ts";
import { stopDaemons } from "./stop-daemons.ts";
import { createTeller, type Teller } from "./tell.ts";

/**
 * Health every 5 seconds and each change at once, until the signal ends it or the stack is deleted; keeps the daemons as
 * they were recorded. With `drift`, tells only how they differ. The first look throws where there is nothing to watch.
 */
export async function* watchStack(host: Host, stack: string, options: WatchOptions): AsyncIterable<WatchEvent> {
  const timed = (event: Untimed): WatchEvent => ({ ...event, at: host.effects.date().toISOString() });
  if (options.drift) {
    yield timed({ kind: "drift", plan: await driftPlan(host, stack) });
    return;
  }
  const watching = await open(host, stack, options);
  try {
    for await (const event of supervise(watching)) yield timed(event);
  } catch (cause) {
    if (!host.signal.aborted) throw cause;
    await watching.repairs.settled();
    for (const event of watching.queue.splice(0)) yield timed(event);
    if (options.stopOnExit) yield timed(await stopDaemons(await watching.lastingPlace()));
    throw host.signal.reason;
  } finally {
    await watching.close();
  }
}

interface Watching {
  readonly host: Host;
  readonly stack: string;
  readonly changes: Changes;
  readonly repairs: Repairs;
  readonly teller: Teller;
  readonly secrets: Remembered;
  /** Told by what goes on beside. */
  readonly queue: Untimed[];
  place: Place;
  lastingPlace(): Promise<Place>;
  close(): Promise<void>;
}

async function open(host: Host, stack: string, { secretValues = new Map() }: WatchOptions): Promise<Watching> {
  const place = await placeOf(host, stack);
  if (isGone(await lookAt(place))) throw new DiagnosticError([await notFound(host.engine, stack)]);
  const changes = followChanges(host, stack);
  const secrets = rememberSecrets();
  const queue: Untimed[] = [];
  let lasting: Host | undefined;
  const lastingPlace = (): Promise<Place> => {
    lasting ??= host.afterSignal();
    return placeOf(lasting, stack);
  };
  const tell = (event: Untimed): void => {
    queue.push(event);
    changes.ring();
  };
  const repairs = createRepairs({ secrets, secretValues, openPlace: lastingPlace, now: host.effects.now, tell });
  const close = async (): Promise<void> => {
    changes.stop();
    await repairs.settled();
    lasting?.engine.close();
  };
  return { host, stack, changes, repairs, teller: createTeller(stack), secrets, queue, place, lastingPlace, close };
}

/** Neither a record nor a container. */
const isGone = ({ remembered, containers }: Look): boolean => remembered.kind === "lost" && containers.size === 0;

async function* supervise(watching: Watching): AsyncGenerator<Untimed, void> {
  const { host, changes, repairs, teller, queue } = watching;
  const { now } = host.effects;
  let nextHealth = now();
  let revision: number | undefined;
  for (;;) {
    changes.take();
    const look = yield* reach(watching);
    if (isGone(look)) return yield { kind: "gone" };
    revision = noteSecrets(watching, look, revision);
    yield* teller.news(look, now());
    if (now() >= nextHealth) {
      yield teller.health();
      // What was missed while the engine was away is not made up for.
      nextHealth += rhythm.health * (1 + Math.floor((now() - nextHealth) / rhythm.health));
    }
    repairs.consider(look);
    yield* queue.splice(0);
    await changes.next(Math.max(1, Math.min(nextHealth, repairs.nextAt()) - now()));
    host.signal.throwIfAborted();
  }
}

/** What the containers of the recorded revision have; of another revision nothing is known yet. */
function noteSecrets({ secrets }: Watching, { remembered, containers }: Look, before: number | undefined) {
  const revision = revisionIn(remembered)?.number;
  if (revision !== before) secrets.forget();
  if (remembered.kind !== "good") return revision;
  for (const desired of remembered.good.containers) {
    const live = containers.get(desired.daemon.name);
    if (live !== undefined) secrets.note(desired, live);
  }
  return revision;
}

/** Looks at the stack, as soon as the engine answers. */
async function* reach(watching: Watching): AsyncGenerator<Untimed, Look> {
  const { host, stack, repairs } = watching;
  for (let pause: number = rhythm.shortestAway, isFirst = true; ; pause = Math.min(2 * pause, rhythm.longestAway)) {
    try {
      if (!isFirst) watching.place = await placeOf(host, stack);
      const look = await lookAt(watching.place);
      if (isFirst) return look;
      repairs.engineIsBack();
      yield { kind: "engine", reachable: true };
      return look;
    } catch (cause) {
      host.signal.throwIfAborted();
      if (!isAway(cause)) throw cause;
      if (isFirst) yield { kind: "engine", reachable: false };
      isFirst = false;
      await host.effects.sleep(pause, host.signal);
    }
  }
}
