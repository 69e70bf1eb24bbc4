import type { RenderContext } from "./context.ts";
import { objectMeta } from "./labels.ts";
import { objectName } from "./names.ts";
import type { RenderedObject } from "./object.ts";

export function roles(context: RenderContext): readonly RenderedObject[] {
  return [...context.profiles.values()].flatMap(({ profile, rule }) => {
    if (rule === undefined) return [];
    const object = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: objectMeta(context, { name: objectName(context.stack.stack, profile.name) }),
      rules: [rule],
    };
    return [{ object, path: profile.path }];
  });
}
