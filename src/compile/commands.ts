import { join } from "../diagnostics/index.ts";
import type { CommandsIr } from "../ir/index.ts";
import type { Scope } from "./scope.ts";
import { resolveSecret } from "./secrets.ts";

export function compileCommands(scope: Scope): CommandsIr | undefined {
  const path = "/commands";
  const { commands } = scope.document;
  const { sound } = scope.collector;
  if (commands === undefined || !sound(path)) return undefined;
  const { managerUrl, deploymentId, token } = commands;
  const tokenPath = join(path, "token");
  const secret = token === undefined || !sound(tokenPath) ? undefined : resolveSecret(scope, token.secret, tokenPath);
  return {
    path,
    ...(managerUrl !== undefined && sound(join(path, "managerUrl")) ? { managerUrl } : {}),
    ...(deploymentId !== undefined && sound(join(path, "deploymentId")) ? { deploymentId } : {}),
    ...(secret === undefined ? {} : { token: secret }),
  };
}
