/** The life of a resource, in the platform's words. */
export type ResourceStatus =
  | "pending"
  | "provisioning"
  | "provision-failed"
  | "running"
  | "updating"
  | "update-failed"
  | "deleting"
  | "delete-failed"
  | "deleted"
  | "refresh-failed";

/** What a daemon gives to whoever deploys it; observed, never assumed. */
export interface DaemonOutputs {
  readonly type: "daemon";
  /** The name it has on its platform: of the Deployment, or of the container. */
  readonly daemonName: string;
  readonly running: boolean;
}

export interface ResourceState {
  readonly type: "daemon";
  readonly status: ResourceStatus;
  /** The resource as it was declared. */
  readonly config: { readonly [field: string]: unknown };
  readonly outputs?: DaemonOutputs;
  readonly error?: { readonly code: string; readonly message: string };
}

/** A stack as the platform serializes its state. */
export interface StackState {
  readonly platform: "kubernetes" | "local";
  readonly resourcePrefix: string;
  readonly resources: Readonly<Record<string, ResourceState>>;
}
