import { localLabels } from "../../../render/index.ts";
import { createGate } from "../../index.ts";
import type { Container } from "../api/engine.ts";
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
    await Promise.all(running.map(container => gate(() => stop(place, container))));
    return { kind: "stopped", daemons: running.flatMap(({ labels }) => labels[localLabels.daemon] ?? []).sort() };
  } finally {
    lock.release();
  }
}

/** The engine sends no signal to what is paused. */
async function stop({ host: { engine } }: Place, { id, state }: Container): Promise<void> {
  if (state.status === "paused") await engine.unpauseContainer(id);
  await engine.stopContainer(id, stopSeconds);
}
