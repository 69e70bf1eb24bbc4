import {
  daemonChanges,
  type Effects,
  type KnownDaemons,
  type LogLine,
  type LogOptions,
  type WatchEvent,
} from "../../src/targets/index.ts";
import type { FakePlace, FakeProcess } from "./fake-place.ts";
import { planOf } from "./fake-plan.ts";
import { chosen, found, statusesOf } from "./fake-status.ts";

export interface FakeLook {
  readonly place: FakePlace;
  readonly stack: string;
  readonly namespace: string;
  readonly signal: AbortSignal;
  readonly effects: Effects;
}

/** Until something moves, or so many milliseconds have passed; rejects with the signal's reason. */
async function nextMove({ place, signal, effects }: FakeLook, milliseconds: number): Promise<void> {
  const over = new AbortController();
  const end = AbortSignal.any([signal, over.signal]);
  const sleeping = effects.sleep(milliseconds, end).catch(() => undefined);
  await Promise.race([place.moved(), sleeping]);
  over.abort();
  signal.throwIfAborted();
}

const [second, interval] = [1_000, 5_000];

export async function* logLines(look: FakeLook, options: LogOptions): AsyncIterable<LogLine> {
  const { place, stack, namespace } = look;
  const ids = chosen(found(place, stack, namespace), options.daemons).map(({ daemon }) => daemon.id);
  const told = new Set<FakeProcess>();
  do {
    if (told.size > 0) await nextMove(look, second);
    for (const id of ids) {
      const process = place.stacks.get(stack)?.running.get(id);
      if (process === undefined || told.has(process) || options.previous) continue;
      told.add(process);
      const { lines } = process;
      const wanted = options.tail === undefined ? lines : lines.slice(Math.max(0, lines.length - options.tail));
      for (const text of wanted) yield { daemon: id, text };
    }
  } while (options.follow);
}

export async function* watchEvents(look: FakeLook, { drift }: { readonly drift: boolean }): AsyncIterable<WatchEvent> {
  const { place, stack, namespace, effects } = look;
  const at = (): string => effects.date().toISOString();
  const there = found(place, stack, namespace);
  const { good, pending = good } = there;
  if (drift) {
    if (pending !== undefined) yield { kind: "drift", at: at(), plan: planOf(pending, there.running, namespace) };
    return;
  }
  let known = knownIn(place, stack);
  for (let next = effects.now(); ; ) {
    if (effects.now() >= next) {
      yield { kind: "health", at: at(), daemons: [...known.values()] };
      next = Math.max(next + interval, effects.now());
    }
    await nextMove(look, Math.max(1, next - effects.now()));
    const now = knownIn(place, stack);
    for (const event of daemonChanges(known, now)) yield { ...event, at: at() };
    known = now;
    if (!place.stacks.has(stack)) return yield { kind: "gone", at: at() };
  }
}

const knownIn = ({ stacks }: FakePlace, stack: string): KnownDaemons =>
  new Map(statusesOf(stacks.get(stack)).map(status => [status.daemon, status]));
