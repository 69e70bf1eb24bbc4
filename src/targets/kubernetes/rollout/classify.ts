import { plainWords } from "../../index.ts";
import { permanent, type Trouble, transient } from "./cause.ts";
import { containerTrouble } from "./classify-container.ts";
import { daemonContainer, type PodView } from "./pod-view.ts";
import type { EventView } from "./views.ts";

export interface PodSetting {
  /** Events of the pod since the rollout, in the order of time. */
  readonly events: readonly EventView[];
  readonly since: number;
}

/** What is wrong with a pod that should run, if anything. */
export function podTrouble(pod: PodView, { events, since }: PodSetting): Trouble | undefined {
  const setting = { pulled: lastMessage(events, pullFailed), fresh: pod.createdAt >= since, since };
  for (const container of pod.containers) {
    const trouble = containerTrouble(container, setting);
    if (trouble !== undefined) return container.name === daemonContainer ? trouble : elsewhere(container.name, trouble);
  }
  if (pod.unschedulable !== undefined) {
    return transient({ kind: "not-schedulable", said: plainWords(pod.unschedulable) });
  }
  return pod.containers.some(({ running }) => running) ? undefined : preparationTrouble(events);
}

const pullFailed = ({ reason, message }: EventView): boolean =>
  reason === "Failed" && message.startsWith("Failed to pull image");

const lastMessage = (events: readonly EventView[], which: (event: EventView) => boolean): string | undefined =>
  events.findLast(which)?.message;

function elsewhere(container: string, { cause, permanent: stays }: Trouble): Trouble {
  const said = "said" in cause ? cause.said : cause.kind;
  return { cause: { kind: "other-container", container, said }, permanent: stays };
}

/** What keeps the kubelet from creating containers; only events say it. */
function preparationTrouble(events: readonly EventView[]): Trouble | undefined {
  const mount = lastMessage(events, ({ reason }) => reason === "FailedMount" || reason === "FailedAttachVolume");
  if (mount !== undefined) return transient({ kind: "mount", said: plainWords(mount) });
  const sandbox = lastMessage(events, ({ reason }) => reason === "FailedCreatePodSandBox");
  return sandbox === undefined ? undefined : transient({ kind: "unknown", said: plainWords(sandbox) });
}

/** Why a pod is gone that should run: evicted, preempted, or with its node. */
export const lostTrouble = ({ reason = "", message = "" }: PodView): Trouble =>
  transient({ kind: "disrupted", said: [reason, plainWords(message)].filter(word => word !== "").join(": ") });

/** What a controller says that may be over in a moment, although it is a refusal. */
const passing =
  /failed calling webhook|no API token found|status unknown for quota|cannot be fulfilled|timed out|timeout|deadline exceeded|connection refused|no such host|etcdserver|too many requests/i;

/** Why the server did not take a pod. */
export function refusalTrouble(message: string): Trouble {
  const said = plainWords(message);
  const [, account] = /\bserviceaccounts? "([^"]+)" not found/i.exec(message) ?? [];
  if (account !== undefined) return transient({ kind: "account-missing", account, said });
  if (passing.test(message)) return transient({ kind: "unknown", said });
  const refused = /forbidden|exceeded quota|denied the request|is invalid|admission webhook/i.test(message);
  return refused ? permanent({ kind: "refused", said }) : transient({ kind: "unknown", said });
}
