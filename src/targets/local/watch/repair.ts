import { DiagnosticError, repairText } from "../../../diagnostics/index.ts";
import { createGate } from "../../index.ts";
import { allEnded } from "../all-ended.ts";
import { isRefusal } from "../api/error.ts";
import type { SecretValues } from "../containers/compare.ts";
import { parallel } from "../observe.ts";
import type { StackLock } from "../record/state-store.ts";
import { type GoodRevision, type Look, lookAt, type Place } from "./look.ts";
import { clearAway, makeAnew, mendContainer, prepareSurroundings } from "./mend.ts";
import { type Problem, problemOf } from "./problems.ts";
import type { Filled, Remembered } from "./remembered.ts";
import { rhythm } from "./rhythm.ts";

export interface RepairInput {
  /** Where the calls do not end with the signal: a process that was stopped is not left so. */
  readonly place: Place;
  /** Ids. */
  readonly daemons: ReadonlySet<string>;
  readonly secrets: Remembered;
  readonly secretValues: SecretValues;
}

export interface Repair {
  readonly problem: Problem;
  /** Why it could not be brought back; missing where it was. */
  readonly failure?: string;
}

/**
 * Brings daemons back to the recorded revision, after another look under the stack's lock: whoever changes the stack goes
 * first, and what it did meanwhile counts. Tells of nothing where there is nothing to do any more.
 */
export async function repairDaemons(input: RepairInput): Promise<readonly Repair[]> {
  const { place, daemons } = input;
  const lock = await lockUnlessHeld(place);
  if (lock === undefined) return [];
  try {
    const look = await lookAt(place);
    const { remembered } = look;
    if (remembered.kind !== "good") return [];
    const { good } = remembered;
    const gate = createGate(parallel);
    const problems = good.containers
      .filter(({ daemon }) => daemons.has(daemon.id))
      .map(desired => problemOf(desired, look.containers))
      .filter(problem => problem !== undefined);
    return await allEnded(problems.map(problem => gate(() => repair(problem, { ...input, good, look }))));
  } finally {
    lock.release();
  }
}

async function lockUnlessHeld({ host: { holder }, stack, store }: Place): Promise<StackLock | undefined> {
  try {
    return await store.lock(stack, { holder, timeout: rhythm.lock, onHeld: () => undefined });
  } catch (cause) {
    if (cause instanceof DiagnosticError && cause.diagnostics.some(({ name }) => name === "stack-busy"))
      return undefined;
    throw cause;
  }
}

interface Repairing extends RepairInput {
  readonly good: GoodRevision;
  readonly look: Look;
}

async function repair(problem: Problem, repairing: Repairing): Promise<Repair> {
  try {
    const failure = await tryToRepair(problem, repairing);
    return { problem, ...(failure === undefined ? {} : { failure }) };
  } catch (cause) {
    if (isRefusal(cause)) return { problem, failure: cause.message };
    throw cause;
  }
}

/** Says what stands in the way. */
async function tryToRepair(problem: Problem, repairing: Repairing): Promise<string | undefined> {
  const { place, good, look } = repairing;
  const { desired, live, isLost } = problem;
  const isMended = live !== undefined && !isLost;
  const filled = isMended ? { desired } : withSecrets(problem, repairing);
  if ("unknown" in filled) return repairText.unknownSecrets(filled.unknown);
  const missing = await prepareSurroundings(place, good, problem);
  if (missing !== undefined) return missing;
  await clearAway(place.host, problem, look);
  if (isMended) await mendContainer(place.host, { desired, live });
  else await makeAnew(place, { desired: filled.desired, live });
  return undefined;
}

function withSecrets({ desired, live }: Problem, { secrets, secretValues }: Repairing): Filled {
  if (live !== undefined) secrets.note(desired, live);
  return secrets.fill(desired, secretValues);
}
