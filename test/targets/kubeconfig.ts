import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A kubeconfig file for a server without credentials, in a directory of its own. */
export function writeKubeconfig(server: string): { readonly file: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), "alien-compile-kubeconfig-"));
  const file = join(directory, "kubeconfig.yaml");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [{ name: "test", cluster: { server } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    users: [{ name: "test", user: {} }],
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return { file, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
