import { beside, finding, key } from "../../diagnostics/index.ts";
import type { Rule } from "../rule.ts";

/** A daemon that polls a manager needs to know which, as what, and with which token. */
export const commandsAreComplete: Rule = ({ stack, platforms, sound }) => {
  const enabled = stack.daemons.filter(({ commandsEnabled }) => commandsEnabled);
  const [first] = enabled;
  if (first === undefined || platforms.length === 0 || !sound("/commands")) return [];
  const fields = ["managerUrl", "deploymentId", "token"] as const;
  const missing = fields.filter(
    field => stack.commands?.[field] === undefined && sound(`/commands/${field}`) && sound(`/commands/${field}/secret`),
  );
  if (missing.length === 0) return [];
  const at = key(stack.commands?.path ?? `${first.path}/commandsEnabled`);
  const related =
    stack.commands === undefined ? [] : [{ message: beside.enabled, at: key(`${first.path}/commandsEnabled`) }];
  return [finding("commands-incomplete", at, { daemons: enabled.map(({ id }) => id), missing }, { related })];
};
