/** One object as Kubernetes reads it: plain JSON data, keys in the order they are written. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [section: string]: unknown;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** An object with the document path that causes it. */
export interface RenderedObject {
  readonly object: KubernetesObject;
  readonly path: string;
}

export interface RenderOptions {
  /** Goes before the namespace of the document. */
  readonly namespace?: string;
  /** Values by name of secret; with them the Secrets are rendered too. */
  readonly secretValues?: ReadonlyMap<string, string>;
  /** Names of the daemons' own Secrets by id, where they are not the usual ones. Then they are immutable. */
  readonly secretNames?: ReadonlyMap<string, string>;
}

export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames: readonly string[];
}
