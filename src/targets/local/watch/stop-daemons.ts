import { localLabels } from "../../../render/index.ts";
import { createGate } from "../../index.ts";
import { allEnded } from "../all-ended.ts";
import { stopSeconds } from "../containers/make.ts";
import { parallel } from "../observe.ts";
import { lookAt, type Place } from "./look.ts";
import { isDown } from "./problems.ts";
import type { Untimed } from "./repairs.ts";

/** Stops every daemon of a stack, all at a time, when nobody else changes it. */
export async function stopDaemons(place: Place): Promise<Untimed> {
  const { host, stack, store } = place;
  const { holder, lockTimeout: timeout, onProgress } = host;
  const lock = await store.lock(stack, {
    holder,
    timeout,
    onHeld: other => onProgress({ kind: "lock-held", holder: other }),
  });
  try {
    const { containers } = await lookAt(place);
    const running = [...containers.values()].filter(container => !isDown(container));
    const gate = createGate(parallel);
    await allEnded(running.map(({ id }) => gate(() => host.engine.stopContainer(id, stopSeconds))));
    return { kind: "stopped", daemons: running.flatMap(({ labels }) => labels[localLabels.daemon] ?? []).sort() };
  } finally {
    lock.release();
  }
}
