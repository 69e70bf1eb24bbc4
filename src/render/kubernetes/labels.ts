import type { RenderContext } from "./context.ts";
import { labelValue, objectName } from "./names.ts";
import type { ObjectMeta } from "./object.ts";

type Labels = Readonly<Record<string, string>>;

export const stackAnnotation = "alien.dev/stack";
export const idAnnotation = "alien.dev/id";
export const stackLabel = "alien.dev/stack";
/** Who made an object. */
export const managerLabel = "app.kubernetes.io/managed-by";
export const manager = "alien-compile";
export const daemonLabel = "alien.dev/daemon";

/** Selects the pods of a stack. */
export const stackSelector = (stack: string): Labels => ({ [stackLabel]: labelValue(stack) });

/** Selects the pod of a daemon. A Deployment's selector cannot be changed later, so this must never change. */
export const daemonSelector = (stack: string, daemon: string): Labels => ({
  ...stackSelector(stack),
  [daemonLabel]: labelValue(daemon),
});

export const daemonLabels = (stack: string, daemon: string): Labels => ({
  ...recommended({ name: labelValue(daemon), instance: objectName(stack, daemon), stack }),
  ...daemonSelector(stack, daemon),
});

const stackLabels = (stack: string): Labels => ({
  ...recommended({ name: labelValue(stack), instance: objectName(stack), stack }),
  ...stackSelector(stack),
});

const recommended = ({ name, instance, stack }: { name: string; instance: string; stack: string }): Labels => ({
  "app.kubernetes.io/name": name,
  "app.kubernetes.io/instance": instance,
  "app.kubernetes.io/part-of": labelValue(stack),
  [managerLabel]: manager,
});

interface MetaInput {
  readonly name: string;
  /** Id of the daemon the object belongs to; without one it belongs to the stack as a whole. */
  readonly daemon?: string;
  readonly annotations?: Labels;
}

/** Labels carry names as Kubernetes takes them; annotations carry the originals. */
export function objectMeta(context: RenderContext, { name, daemon, annotations }: MetaInput): ObjectMeta {
  const { stack } = context.stack;
  return {
    name,
    ...(context.namespace === undefined ? {} : { namespace: context.namespace }),
    labels: daemon === undefined ? stackLabels(stack) : daemonLabels(stack, daemon),
    annotations: {
      ...annotations,
      ...(daemon === undefined ? {} : { [idAnnotation]: daemon }),
      [stackAnnotation]: stack,
    },
  };
}
