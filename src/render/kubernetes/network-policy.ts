import type { RenderContext } from "./context.ts";
import { objectMeta, stackSelector } from "./labels.ts";
import { objectName } from "./names.ts";
import type { RenderedObject } from "./object.ts";

/** Nobody connects to a daemon: all ingress to the stack's pods is denied. */
export function networkPolicies(context: RenderContext): readonly RenderedObject[] {
  const { stack, daemons, kubernetes } = context.stack;
  if (!kubernetes.networkPolicy || daemons.length === 0) return [];
  const object = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: objectMeta(context, { name: objectName(stack, "deny-ingress") }),
    spec: { podSelector: { matchLabels: stackSelector(stack) }, policyTypes: ["Ingress"] },
  };
  return [{ object, path: "/stack" }];
}
