import type { Diagnostic } from "../../../diagnostics/index.ts";
import type { StackIr } from "../../../ir/index.ts";
import { idAnnotation, type KubernetesObject, type RenderOptions, renderKubernetes } from "../../../render/index.ts";
import { digestOf } from "../../index.ts";
import { keyOf } from "../api/kinds.ts";

/** One object as the document wants it. */
export interface DesiredObject {
  readonly key: string;
  readonly object: KubernetesObject;
  /** The document path that causes it. */
  readonly path: string;
  /** Id of the daemon it belongs to. */
  readonly daemon: string | undefined;
  /** Tells whether it was sent like this before. */
  readonly digest: string;
}

export interface DesiredObjects {
  readonly objects: readonly DesiredObject[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The objects of a stack, in the order in which they have to exist. */
export function desiredObjects(stack: StackIr, options: RenderOptions): DesiredObjects {
  const { value, diagnostics } = renderKubernetes(stack, options);
  const objects = value.map(({ object, path }) => ({
    key: keyOf({ kind: object.kind, name: object.metadata.name }),
    object,
    path,
    daemon: object.metadata.annotations[idAnnotation],
    digest: objectDigest(object),
  }));
  return { objects, diagnostics };
}

/** Of a Secret its values are left out: the digest is kept where they are not. */
const objectDigest = (object: KubernetesObject): string =>
  digestOf(
    JSON.stringify(object, (name, value) => (name === "data" && object.kind === "Secret" ? Object.keys(value) : value)),
  );
