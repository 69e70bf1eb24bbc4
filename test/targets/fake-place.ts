import type { Desired } from "../../src/targets/index.ts";
import { type FakeDaemon, variablesOf } from "./fake-plan.ts";
import { readScript } from "./scripts.ts";

/** One process: it prints what its `SCRIPT` says, and stays or ends as that says. */
export interface FakeProcess extends FakeDaemon {
  readonly lines: readonly string[];
  readonly exits: number | undefined;
}

export interface FakeStack {
  readonly stack: string;
  /** By id of the daemon. */
  readonly running: Map<string, FakeProcess>;
  source?: string | undefined;
  /** What was seen to run, and how many were before it. */
  good?: Desired;
  revision: number;
  /** What was begun, or nobody has waited for. */
  pending?: Desired | undefined;
}

/** A place in memory where stacks run: a process for each daemon, and what is remembered. */
export interface FakePlace {
  readonly stacks: Map<string, FakeStack>;
  start(stack: FakeStack, daemon: FakeDaemon): void;
  stop(stack: FakeStack, daemon: string): void;
  forget(stack: FakeStack): void;
  /** Resolves when something starts, stops or is forgotten. */
  moved(): Promise<void>;
  /** Waits until nobody else changes a stack. Returns what lets the next one do so. */
  lock(stack: string, whenHeld: (other: Promise<void>) => Promise<void>): Promise<() => void>;
}

export function createFakePlace(): FakePlace {
  const stacks = new Map<string, FakeStack>();
  const held = new Map<string, Promise<void>>();
  let next = Promise.withResolvers<void>();
  const move = (): void => {
    next.resolve();
    next = Promise.withResolvers();
  };
  return {
    stacks,
    start: ({ running }, { daemon, secretValues }) => {
      if (running.has(daemon.id)) throw new Error(`a second process of ${daemon.id}`);
      const variables = variablesOf(daemon, secretValues);
      const texts = new Map(Array.from(variables, ([name, { text }]) => [name, text]));
      const { prints: lines, exits } = readScript(texts.get("SCRIPT") ?? "", texts);
      running.set(daemon.id, { daemon, secretValues, lines, exits });
      move();
    },
    stop: ({ running }, daemon) => {
      if (running.delete(daemon)) move();
    },
    forget: ({ stack }) => {
      stacks.delete(stack);
      move();
    },
    moved: () => next.promise,
    lock: async (stack, whenHeld) => {
      for (let other = held.get(stack); other !== undefined; other = held.get(stack)) await whenHeld(other);
      const { promise, resolve } = Promise.withResolvers<void>();
      held.set(stack, promise);
      return () => {
        held.delete(stack);
        resolve();
      };
    },
  };
}
