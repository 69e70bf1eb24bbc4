import type { RenderContext } from "./context.ts";
import { objectMeta } from "./labels.ts";
import { serviceAccountName } from "./names.ts";
import type { RenderedObject } from "./object.ts";

export function serviceAccounts(context: RenderContext): readonly RenderedObject[] {
  const { stack, kubernetes } = context.stack;
  const settings = new Map(kubernetes.serviceAccounts.map(account => [account.profile, account]));
  return [...context.profiles.values()].map(({ profile: { name, path } }) => {
    const annotations = settings.get(name)?.annotations ?? {};
    const metadata = objectMeta(context, { name: serviceAccountName(stack, name), annotations });
    return { object: { apiVersion: "v1", kind: "ServiceAccount", metadata }, path };
  });
}
