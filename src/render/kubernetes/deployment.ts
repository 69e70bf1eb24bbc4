import type { DaemonIr, JsonObject } from "../../ir/index.ts";
import type { RenderContext } from "./context.ts";
import { daemonLabels, daemonSelector, objectMeta } from "./labels.ts";
import { objectName, serviceAccountName } from "./names.ts";
import type { RenderedObject } from "./object.ts";

export const deployments = (context: RenderContext): readonly RenderedObject[] =>
  context.stack.daemons.map(daemon => deployment(context, daemon));

function deployment(context: RenderContext, daemon: DaemonIr): RenderedObject {
  const { stack } = context.stack;
  const object = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: objectMeta(context, { name: objectName(stack, daemon.id), daemon: daemon.id }),
    spec: {
      replicas: 1,
      // A rolling update would run two at a time.
      strategy: { type: "Recreate" },
      selector: { matchLabels: daemonSelector(stack, daemon.id) },
      template: { metadata: { labels: daemonLabels(stack, daemon.id) }, spec: podSpec(context, daemon) },
    },
  };
  return { object, path: daemon.path };
}

function podSpec(context: RenderContext, daemon: DaemonIr): object {
  const { imagePullSecrets, pod } = context.stack.kubernetes;
  return {
    ...identity(context, daemon),
    enableServiceLinks: false,
    restartPolicy: "Always",
    ...(pod.terminationGracePeriodSeconds === undefined
      ? {}
      : { terminationGracePeriodSeconds: pod.terminationGracePeriodSeconds }),
    ...(imagePullSecrets.length === 0 ? {} : { imagePullSecrets: imagePullSecrets.map(name => ({ name })) }),
    ...(pod.nodeSelector === undefined ? {} : { nodeSelector: pod.nodeSelector }),
    ...(pod.tolerations === undefined ? {} : { tolerations: pod.tolerations }),
    securityContext: { seccompProfile: { type: "RuntimeDefault" }, ...pod.securityContext },
    containers: [container(context, daemon)],
  };
}

/**
 * The token of the account is mounted only where a Role makes it worth something. Server-side apply cannot take an
 * account away, so the default one is named.
 */
function identity(context: RenderContext, { profile }: DaemonIr): object {
  if (profile === undefined) return { serviceAccountName: "default", automountServiceAccountToken: false };
  return {
    serviceAccountName: serviceAccountName(context.stack.stack, profile),
    automountServiceAccountToken: context.profiles.get(profile)?.rule !== undefined,
  };
}

function container(context: RenderContext, daemon: DaemonIr): object {
  const { pod } = context.stack.kubernetes;
  const env = context.environments.get(daemon)?.env ?? [];
  return {
    name: "daemon",
    image: image(daemon),
    ...(env.length === 0 ? {} : { env }),
    // With requests the pod is not the first to be evicted.
    resources: quantities(pod.resources) ?? { requests: { cpu: "100m", memory: "128Mi" } },
    securityContext: { allowPrivilegeEscalation: false, ...pod.containerSecurityContext },
  };
}

/** `cpu: 1` as `"1"`: server-side apply took quantities only as text for a long time. */
const quantities = (resources: JsonObject | undefined): JsonObject | undefined =>
  resources && JSON.parse(JSON.stringify(resources, (_, given) => (typeof given === "number" ? String(given) : given)));

function image({ id, code }: DaemonIr): string {
  if (code.type === "image") return code.image;
  throw new Error(`rendered the source daemon ${id}, which preflight refuses`);
}
