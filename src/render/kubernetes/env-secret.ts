import { type Diagnostic, finding, key } from "../../diagnostics/index.ts";
import type { DaemonIr, SecretIr, StackIr } from "../../ir/index.ts";
import { base64 } from "./base64.ts";
import { createContext, declared, type RenderContext } from "./context.ts";
import type { SecretContent } from "./env-var.ts";
import { objectMeta } from "./labels.ts";
import type { RenderedObject, RenderOptions } from "./object.ts";

/** The Secret of each daemon that has secret values of its own; only where the values are known. */
export function envSecrets(context: RenderContext): readonly RenderedObject[] {
  const { secretValues } = context;
  if (secretValues === undefined) return [];
  return context.stack.daemons.flatMap(daemon => {
    const contents = contentsOf(context, daemon);
    return contents.length === 0 ? [] : [envSecret(context, daemon, secretData(contents, secretValues))];
  });
}

function envSecret(
  context: RenderContext,
  { id, path }: DaemonIr,
  data: Readonly<Record<string, string>>,
): RenderedObject {
  const metadata = objectMeta(context, { name: context.ownSecret(id), daemon: id });
  const immutable = context.immutableSecrets ? { immutable: true } : {};
  return { object: { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", ...immutable, data }, path };
}

function secretData(contents: readonly SecretContent[], values: ReadonlyMap<string, string>): Record<string, string> {
  const known = contents.filter(({ secrets }) => secrets.every(secret => values.has(secret)));
  return Object.fromEntries(known.map(({ key, text }) => [key, base64(text(secret => values.get(secret) ?? ""))]));
}

/** One finding for each secret whose value is needed and not there. */
export function missingValues(context: RenderContext): readonly Diagnostic[] {
  const { secretValues } = context;
  if (secretValues === undefined) return [];
  const needed = context.stack.daemons.flatMap(daemon => contentsOf(context, daemon)).flatMap(({ secrets }) => secrets);
  return [...new Set(needed)]
    .filter(name => !secretValues.has(name))
    .map(name => missingValue(declared(context.secrets.get(name), name)));
}

/** A secret whose value is needed and not there. */
export const missingValue = ({ name, path, env, file }: SecretIr): Diagnostic =>
  finding("secret-value-missing", key(path), { secret: name, env, file });

export interface RequiredSecret {
  readonly secret: string;
  readonly keys: readonly string[];
  /** Id of the daemon that reads it. */
  readonly daemon: string;
}

/** The Secrets that have to exist for what is rendered without secret values. */
export function requiredSecretKeys(stack: StackIr, options: RenderOptions = {}): readonly RequiredSecret[] {
  if (stack.secrets.length === 0) return [];
  const context = createContext(stack, options);
  return stack.daemons.flatMap(daemon => {
    const keys = contentsOf(context, daemon).map(({ key }) => key);
    return keys.length === 0 ? [] : [{ secret: context.ownSecret(daemon.id), keys, daemon: daemon.id }];
  });
}

const contentsOf = (context: RenderContext, daemon: DaemonIr): readonly SecretContent[] =>
  context.environments.get(daemon)?.contents ?? [];
