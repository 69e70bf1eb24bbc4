import type { Diagnostic, Staged } from "../../diagnostics/index.ts";
import type { StackIr } from "../../ir/index.ts";
import { createContext, type RenderContext } from "./context.ts";
import { deployments } from "./deployment.ts";
import { envSecrets, missingValues } from "./env-secret.ts";
import { networkPolicies } from "./network-policy.ts";
import type { RenderedObject, RenderOptions } from "./object.ts";
import { oversizedObject } from "./object-size.ts";
import { roles } from "./role.ts";
import { roleBindings } from "./role-binding.ts";
import { serviceAccounts } from "./service-account.ts";

/** One renderer per object kind, in the order in which objects have to exist. */
const objectKinds: readonly ((context: RenderContext) => readonly RenderedObject[])[] = [
  networkPolicies,
  serviceAccounts,
  roles,
  roleBindings,
  envSecrets,
  deployments,
];

/** The Kubernetes objects of a stack that earlier stages found no error in. */
export function renderKubernetes(stack: StackIr, options: RenderOptions = {}): Staged<readonly RenderedObject[]> {
  const context = createContext(stack, options);
  const value = objectKinds.flatMap(render => render(context).toSorted(byName));
  const diagnostics = [
    ...splicedSecrets(context),
    ...missingValues(context),
    ...value.flatMap(rendered => oversizedObject(rendered)),
  ];
  return { value, diagnostics };
}

/** Several daemons may link the same binding; it is said once. */
function splicedSecrets(context: RenderContext): readonly Diagnostic[] {
  const found = [...context.environments.values()].flatMap(({ diagnostics }) => diagnostics);
  return [...new Map(found.map(diagnostic => [JSON.stringify(diagnostic.at), diagnostic])).values()];
}

const byName = (a: RenderedObject, b: RenderedObject): number =>
  a.object.metadata.name < b.object.metadata.name ? -1 : Number(a.object.metadata.name > b.object.metadata.name);
