import type { StackIr } from "../../../ir/index.ts";
import { containerName } from "../../../render/index.ts";
import {
  type DaemonState,
  type DeploymentRecord,
  type InventoryEntry,
  observedState,
  type Revision,
  recordVersion,
  type StackState,
} from "../../../state/index.ts";
import type { Action } from "../../index.ts";
import type { Work } from "../work.ts";
import { inventoryOf, type Present } from "./inventory.ts";

/** What a daemon is observed to be, and from which image. */
export interface LocalDaemonState extends DaemonState {
  readonly image?: { readonly id: string; readonly digest?: string };
}

/** The state of a stack on a Docker engine. */
export const stateOf = (stack: StackIr, states: (daemon: string) => LocalDaemonState): StackState =>
  observedState("local", stack, id => {
    const { image, ...state } = states(id);
    const daemonName = containerName(stack.stack, id);
    return { ...state, daemonName, ...(image === undefined ? {} : { known: { image } }) };
  });

type Intended = Pick<Work, "stack" | "desired" | "observed" | "decisions" | "network" | "volumes" | "revision">;

/** The record before anything is written: everything that is there, and everything that is about to be. */
export function intentsOf(work: Intended, state: StackState): DeploymentRecord {
  const { observed, decisions, network, volumes, revision } = work;
  const { record, ...there } = observed;
  const known = inventoryOf({ containers: there.containers.values(), volumes: there.volumes.values() });
  const changes = [...decisions, ...volumes].map(({ change }) => change);
  const made = (network === undefined ? changes : [network, ...changes]).filter(({ action }) => making.has(action));
  const inventory = new Map([...known, ...made.map(({ object }) => object)].map(entry => [keyOf(entry), entry]));
  return recordOf(work, {
    state,
    inventory: [...inventory.values()],
    ...(record?.good === undefined ? {} : { good: record.good }),
    ...(revision === undefined ? {} : { pending: revision }),
  });
}

/** What is made anew has no uid yet. */
const making: ReadonlySet<Action> = new Set<Action>(["create", "adopt", "replace"]);

const keyOf = ({ kind, name }: InventoryEntry): string => `${kind}/${name}`;

/** What the record lists once everything is made: these containers, and the stack's volumes. */
export function entriesOf(
  { observed, volumes }: Pick<Work, "observed" | "volumes">,
  containers: Present["containers"],
): readonly InventoryEntry[] {
  const made = volumes.map(({ change }) => change.object.name);
  const names = new Set([...observed.volumes.keys(), ...made]);
  return inventoryOf({ containers, volumes: Array.from(names, name => ({ name })) });
}

/** The revisions that are recorded once one was applied: it is good when its daemons were seen to run. */
export function revisionsAfter(
  record: DeploymentRecord | undefined,
  { revision, isGood }: { readonly revision: Revision | undefined; readonly isGood: boolean },
): Pick<DeploymentRecord, "good" | "pending"> {
  if (isGood) return revision === undefined ? {} : { good: revision };
  const good = record?.good;
  const isKnown = revision === undefined || revision.number === good?.number;
  return { ...(good === undefined ? {} : { good }), ...(isKnown ? {} : { pending: revision }) };
}

export const recordOf = (
  { stack, desired, observed }: Pick<Work, "stack" | "desired" | "observed">,
  content: Omit<DeploymentRecord, "formatVersion" | "stack" | "source">,
): DeploymentRecord => {
  const source = desired?.source ?? observed.record?.source;
  return { formatVersion: recordVersion, stack, ...(source === undefined ? {} : { source }), ...content };
};
