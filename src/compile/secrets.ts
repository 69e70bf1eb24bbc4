import { finding, join, suggest, value } from "../diagnostics/index.ts";
import type { SecretIr } from "../ir/index.ts";
import { entriesOf, type Scope } from "./scope.ts";

export function compileSecrets({ document, collector }: Scope): readonly SecretIr[] {
  return entriesOf(collector, document.secrets, "/secrets").map(({ name, value: secret, path }) => ({
    name,
    path,
    ...(secret.env !== undefined && collector.sound(join(path, "env")) ? { env: secret.env } : {}),
    ...(secret.file !== undefined && collector.sound(join(path, "file")) ? { file: secret.file } : {}),
    ...(secret.kubernetes !== undefined && collector.sound(join(path, "kubernetes"))
      ? { kubernetes: { name: secret.kubernetes.name, key: secret.kubernetes.key } }
      : {}),
  }));
}

/** The name behind a reference, if it is declared. `path` is the reference's. */
export function resolveSecret(scope: Scope, name: string, path: string): string | undefined {
  const { collector, secrets, used } = scope;
  const at = join(path, "secret");
  if (!collector.sound(at)) return undefined;
  if (!secrets.has(name)) {
    const suggestion = suggest(name, secrets.keys());
    used.add(join("/secrets", suggestion ?? name));
    collector.add(finding("unknown-secret", value(at), { id: name, suggestion }));
    return undefined;
  }
  used.add(join("/secrets", name));
  return name;
}
