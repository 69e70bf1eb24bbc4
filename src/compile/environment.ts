import { finding, join, key, value } from "../diagnostics/index.ts";
import {
  bindingVariable,
  type CommandsIr,
  type EnvironmentVariable,
  type LinkIr,
  type ResourceIr,
  type TargetPlatform,
  type VariableValue,
} from "../ir/index.ts";
import type { DaemonResource } from "../schema/index.ts";
import { isReserved } from "./reserved.ts";
import { entriesOf, type Scope } from "./scope.ts";
import { looksLikeSecret } from "./secret-shape.ts";
import { resolveSecret } from "./secrets.ts";

/** What the environment of one daemon is made from. */
interface EnvironmentSources {
  readonly id: string;
  readonly path: string;
  readonly user: readonly EnvironmentVariable[];
  readonly links: readonly LinkIr[];
  readonly linkable: ReadonlyMap<string, ResourceIr>;
  readonly commands?: CommandsIr;
}

/** The complete environment on one platform, in its fixed order: the user's, the platform's, bindings, commands. */
export function compileEnvironment(
  platform: TargetPlatform,
  sources: EnvironmentSources,
): readonly EnvironmentVariable[] {
  const { path, user, links, linkable, commands } = sources;
  const bindings = links.flatMap(({ id, path: at }): EnvironmentVariable[] => {
    const binding = linkable.get(id)?.bindings[platform];
    return binding === undefined
      ? []
      : [{ name: bindingVariable(id), path: at, value: { kind: "binding", resource: id, binding } }];
  });
  return [
    ...user,
    { name: "ALIEN_DEPLOYMENT_TYPE", path, value: { kind: "text", text: platform } },
    ...bindings,
    ...(commands === undefined ? [] : commandVariables(sources, commands)),
  ];
}

function commandVariables({ id, path }: EnvironmentSources, commands: CommandsIr): readonly EnvironmentVariable[] {
  const text = (name: string, content: string | undefined, at: string): EnvironmentVariable[] =>
    content === undefined ? [] : [{ name, path: at, value: { kind: "text", text: content } }];
  const token = { name: "ALIEN_COMMANDS_TOKEN", path: join(commands.path, "token") };
  const enabled = join(path, "commandsEnabled");
  return [
    ...text("ALIEN_DEPLOYMENT_ID", commands.deploymentId, join(commands.path, "deploymentId")),
    ...text("ALIEN_COMMANDS_URL", commands.managerUrl, join(commands.path, "managerUrl")),
    ...(commands.token === undefined ? [] : [{ ...token, value: { kind: "secret" as const, secret: commands.token } }]),
    ...text("ALIEN_COMMANDS_TARGET_RESOURCE_ID", id, enabled),
    ...text("ALIEN_COMMANDS_TARGET_RESOURCE_TYPE", "daemon", enabled),
  ];
}

/** The daemon's own `environment`, by name. */
export function userVariables(
  scope: Scope,
  { environment }: DaemonResource,
  daemonPath: string,
): readonly EnvironmentVariable[] {
  const entries = entriesOf(scope.collector, environment, join(daemonPath, "environment"));
  return entries.flatMap(({ name, value: given, path }): EnvironmentVariable[] => {
    if (!checkName(scope, name, path)) return [];
    if (typeof given === "string") {
      checkText(scope, name, given, path);
      return [{ name, path, value: { kind: "text", text: given } }];
    }
    const secret = resolveSecret(scope, given.secret, path);
    return secret === undefined ? [] : [{ name, path, value: { kind: "secret", secret } satisfies VariableValue }];
  });
}

function checkName({ collector }: Scope, name: string, path: string): boolean {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    collector.add(finding("bad-variable-name", key(path), { name }));
    return false;
  }
  if (!isReserved(name)) return true;
  collector.add(finding("reserved-variable", key(path), { name }));
  return false;
}

function checkText({ collector }: Scope, name: string, text: string, path: string): void {
  const template = text.includes("${") ? /\$\{[A-Za-z_][A-Za-z0-9_]*\}/.exec(text)?.[0] : undefined;
  if (template !== undefined) collector.add(finding("unexpanded-variable", value(path), { text: template }));
  else if (looksLikeSecret(name, text)) collector.add(finding("plain-secret", value(path), { name }));
}
