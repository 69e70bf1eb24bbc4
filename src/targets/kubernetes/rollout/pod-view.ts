import type { LiveObject } from "../api/live-object.ts";
import { type Condition, given, section, timeOf } from "./views.ts";

export const daemonContainer = "daemon";

/** A container that ended. */
export interface Termination {
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason?: string;
  readonly message?: string;
  /** Milliseconds since 1970, by the node's clock. */
  readonly startedAt?: number;
}

export interface ContainerView {
  readonly name: string;
  readonly image: string;
  readonly restarts: number;
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: number };
  readonly terminated?: Termination;
  /** How the process before the current one ended. */
  readonly last?: Termination;
}

export interface PodView {
  readonly name: string;
  readonly createdAt: number;
  readonly deleting: boolean;
  /** Whether it will never run again. */
  readonly over: boolean;
  readonly reason?: string;
  readonly message?: string;
  /** Why no node takes it, in the scheduler's words. */
  readonly unschedulable?: string;
  /** The daemon's own container first. */
  readonly containers: readonly ContainerView[];
}

export function podView(pod: LiveObject): PodView {
  const spec = section<{ containers: readonly { readonly name: string; readonly image?: string }[] }>(pod, "spec");
  const status = section<PodStatus>(pod, "status");
  const images = new Map(spec.containers?.map(({ name, image }) => [name, image]));
  const unscheduled = status.conditions?.find(
    ({ type, status: holds }) => type === "PodScheduled" && holds === "False",
  );
  const own = (name: string): number => (name === daemonContainer ? 0 : 1);
  return {
    name: pod.metadata.name,
    createdAt: timeOf(pod.metadata.creationTimestamp) ?? 0,
    deleting: pod.metadata.deletionTimestamp !== undefined,
    over: status.phase === "Failed" || status.phase === "Succeeded",
    ...given("reason", status.reason),
    ...given("message", status.message),
    ...given("unschedulable", unscheduled?.message),
    containers: [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])]
      .toSorted((a, b) => own(a.name) - own(b.name))
      .map(container => containerView(container, images.get(container.name))),
  };
}

interface PodStatus {
  readonly phase: string;
  readonly reason: string;
  readonly message: string;
  readonly conditions: readonly Condition[];
  readonly containerStatuses: readonly ContainerStatus[];
  readonly initContainerStatuses: readonly ContainerStatus[];
}

/** The image as it is asked for: the status may name another one with the same content. */
function containerView(status: ContainerStatus, image: string | undefined): ContainerView {
  const { waiting, running, terminated } = status.state ?? {};
  return {
    name: status.name,
    image: image ?? status.image ?? "",
    restarts: status.restartCount ?? 0,
    ...given("waiting", waiting),
    ...given("running", running && { ...given("startedAt", timeOf(running.startedAt)) }),
    ...given("terminated", terminated && termination(terminated)),
    ...given("last", status.lastState?.terminated && termination(status.lastState.terminated)),
  };
}

const termination = ({ startedAt, ...rest }: NonNullable<ContainerState["terminated"]>): Termination => ({
  ...rest,
  ...given("startedAt", timeOf(startedAt)),
});

interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: Omit<Termination, "startedAt"> & { readonly startedAt?: string };
}
