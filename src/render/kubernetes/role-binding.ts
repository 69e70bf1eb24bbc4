import type { RenderContext } from "./context.ts";
import { objectMeta } from "./labels.ts";
import { objectName, serviceAccountName } from "./names.ts";
import type { RenderedObject } from "./object.ts";

export function roleBindings(context: RenderContext): readonly RenderedObject[] {
  const { stack } = context.stack;
  return [...context.profiles.values()].flatMap(({ profile, rule }) => {
    if (rule === undefined) return [];
    const name = objectName(stack, profile.name);
    const { namespace } = context;
    const object = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: objectMeta(context, { name }),
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name: serviceAccountName(stack, profile.name), namespace }],
    };
    return [{ object, path: profile.path }];
  });
}
