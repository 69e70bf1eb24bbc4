import type { DaemonIr, StackIr } from "../ir/index.ts";
import type { ResourceState, ResourceStatus, StackState } from "./stack-state.ts";

/** What a daemon is observed to be. */
export interface DaemonState {
  readonly status: ResourceStatus;
  readonly running: boolean;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface ObservedDaemon extends DaemonState {
  /** The name it has on its platform. */
  readonly daemonName: string;
  /** What is known of it beside what was declared. */
  readonly known?: { readonly [field: string]: unknown };
}

/** The state of a stack, as the platform serializes it. */
export function observedState(
  platform: StackState["platform"],
  { stack, daemons }: StackIr,
  observe: (daemon: string) => ObservedDaemon,
): StackState {
  const resources = daemons.map((daemon): readonly [string, ResourceState] => {
    const { status, running, error, daemonName, known } = observe(daemon.id);
    const outputs = { type: "daemon" as const, daemonName, running };
    const config = { ...configOf(daemon), ...known };
    return [daemon.id, { type: "daemon", status, config, outputs, ...(error ? { error } : {}) }];
  });
  return { platform, resourcePrefix: stack, resources: Object.fromEntries(resources) };
}

const configOf = ({ id, code, links, profile, commandsEnabled }: DaemonIr) => ({
  id,
  code: code.type === "image" ? { type: code.type, image: code.image } : { type: code.type, src: code.src },
  links: links.map(link => link.id),
  permissions: profile,
  commandsEnabled,
});
