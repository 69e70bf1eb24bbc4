import { type Diagnostic, finding, key, value } from "../../diagnostics/index.ts";
import { bindingSecrets } from "../../ir/index.ts";
import { type LocalStack, networkOptions } from "../../render/index.ts";
import type { Desired } from "../index.ts";
import type { Observed, Wanted } from "./observe.ts";
import type { PlanInput } from "./plan.ts";

/** One finding for each secret whose value is needed and not there. */
export function missingValues({ stack, secretValues }: Desired): readonly Diagnostic[] {
  const needed = new Set(
    stack.daemons.flatMap(({ environment }) =>
      environment.local.flatMap(({ value: given }) =>
        given.kind === "secret" ? [given.secret] : given.kind === "binding" ? bindingSecrets(given.binding) : [],
      ),
    ),
  );
  return stack.secrets
    .filter(({ name }) => needed.has(name) && !secretValues.has(name))
    .map(({ name, path, env, file }) => finding("secret-value-missing", key(path), { secret: name, env, file }));
}

/** What speaks against touching the stack at all, by what is known of it. */
export const checkRecord = (input: PlanInput, observed: Observed): readonly Diagnostic[] => [
  ...checkSource(input, observed),
  ...checkEmpty(input, observed),
  ...checkRemembered(input, observed),
];

/** It goes on with what the containers say of themselves; there is no earlier revision to tell of. */
const checkRemembered = ({ desired: { stack } }: PlanInput, { isRebuilt, containers }: Observed) =>
  isRebuilt && containers.size > 0 ? [finding("state-rebuilt", key("/stack"), { stack: stack.stack })] : [];

/** Another repository may have chosen the same name. */
function checkSource({ desired, permissions }: PlanInput, { record }: Observed): readonly Diagnostic[] {
  const { source, stack } = desired;
  const recorded = record?.source;
  if (permissions.adopt || source === undefined || recorded === undefined || recorded === source) return [];
  return [finding("other-source", key("/stack"), { stack: stack.stack, recorded, source })];
}

function checkEmpty({ desired: { stack }, permissions }: PlanInput, { containers }: Observed): readonly Diagnostic[] {
  if (permissions.allowEmpty || stack.daemons.length > 0 || containers.size === 0) return [];
  return [finding("empty-stack", key("/stack"), { stack: stack.stack, count: containers.size })];
}

/** A network that the document names has to be there; the shared one has to keep its containers apart. */
export function checkNetwork({ network, daemons }: LocalStack, { network: found }: Wanted): readonly Diagnostic[] {
  if (daemons.length === 0) return [];
  const { name, path } = network;
  if (path !== undefined)
    return found === undefined ? [finding("network-missing", value(path), { network: name })] : [];
  const isApart = Object.entries(networkOptions).every(([option, wanted]) => found?.options[option] === wanted);
  if (found === undefined || isApart) return [];
  return [finding("network-not-ours", key("/stack"), { network: name })];
}
