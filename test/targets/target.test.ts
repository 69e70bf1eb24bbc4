import { defaultTiming } from "../../src/targets/index.ts";
import { createFakeTarget } from "../cli/fake-target.ts";
import { createMemoryWorld } from "./local/memory-world.ts";
import { targetContract } from "./target-contract.ts";
import type { TargetWorld } from "./target-scene.ts";
import { createVirtualClock } from "./virtual-clock.ts";
import { virtualTime } from "./virtual-world.ts";

function createFakeWorld(): TargetWorld {
  const effects = createVirtualClock();
  const { place, openTarget } = createFakeTarget();
  const connect = { environment: {}, exists: () => false, pathDelimiter: ":" };
  const shared = {
    platform: "kubernetes",
    connect,
    effects,
    timing: defaultTiming,
    holder: "me",
    lockTimeout: 0,
  } as const;
  const ids = (stack: string): readonly string[] => [...(place.stacks.get(stack)?.running.keys() ?? [])];
  return {
    ...virtualTime(effects),
    platform: "kubernetes",
    images: ["acme/script:1", "acme/script:2"],
    newStack: () => "acme",
    open: handle => openTarget({ ...shared, ...handle }).value,
    processes: async (stack, daemon) => ids(stack).filter(id => id === daemon).length,
    left: async stack => ids(stack),
    remove: async () => undefined,
  };
}

targetContract("the target in memory", createFakeWorld);
targetContract("the Local target on an engine in memory", createMemoryWorld);
