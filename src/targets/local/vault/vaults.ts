import { DiagnosticError, finding, key as keyOf } from "../../../diagnostics/index.ts";
import { localLabels, volumeName } from "../../../render/index.ts";
import type { VaultRef, Vaults } from "../../index.ts";
import { atTheEdge } from "../api/edge.ts";
import type { Volume } from "../api/engine.ts";
import type { Host } from "../host.ts";
import { volumeLabels } from "../surroundings.ts";
import { fileText, nextFile, vaultArchive, vaultFile } from "./archive.ts";
import { readContent, type VaultContent, writeContent } from "./content.ts";
import { volumeMount, withVolume } from "./volume-access.ts";

/**
 * The vaults that Local brings itself. Each is a volume with one file, `secrets.json`: the platform's own readers know it,
 * a key can be taken out of it, which an archive cannot do with a file, and it changes as a whole.
 */
export const createVaults = (host: Host): Vaults => ({
  list: async vault => [...(await readVault(host, vault)).keys()].sort(),
  get: async (vault, key) => (await readVault(host, vault)).get(key),
  set: async (vault, key, value) => {
    await locked(host, vault, async () => {
      const volume = (await ownVolume(host, vault)) ?? (await createVolume(host, vault));
      await change(host, { vault, volume }, content => new Map([...content, [key, value]]));
    });
  },
  remove: (vault, key) =>
    locked(host, vault, async () => {
      const volume = await ownVolume(host, vault);
      if (volume === undefined) return false;
      return change(host, { vault, volume }, content =>
        content.has(key) ? new Map([...content].filter(([name]) => name !== key)) : undefined,
      );
    }),
});

/** A vault, and the name of its volume. */
interface Place {
  readonly vault: VaultRef;
  readonly volume: string;
}

const readVault = (host: Host, vault: VaultRef): Promise<VaultContent> =>
  locked(host, vault, async () => {
    const volume = await ownVolume(host, vault);
    if (volume === undefined) return new Map();
    return withVolume(host, { stack: vault.stack, volume }, helper => contentOf(host, vault, helper));
  });

/** Writes what the content becomes; where it becomes nothing else, nothing is written. Says whether it was. */
function change(
  host: Host,
  { vault, volume }: Place,
  become: (content: VaultContent) => VaultContent | undefined,
): Promise<boolean> {
  return withVolume(host, { stack: vault.stack, volume }, async helper => {
    const changed = become(await contentOf(host, vault, helper));
    if (changed === undefined) return false;
    const archive = await vaultArchive(writeContent(changed), host.effects.date());
    await host.engine.putArchive(helper, volumeMount, archive);
    return true;
  });
}

/** An engine that died between taking the old file away and linking the new one leaves all of it under the other name. */
async function contentOf({ engine }: Host, vault: VaultRef, helper: string): Promise<VaultContent> {
  const archive = await engine.getArchive(helper, `${volumeMount}/${vaultFile}`);
  if (archive === undefined) {
    const next = await engine.getArchive(helper, `${volumeMount}/${nextFile}`);
    return (next && readContent(await fileText(next))) ?? new Map();
  }
  const content = readContent(await fileText(archive));
  if (content !== undefined) return content;
  const volume = volumeName(vault.stack, "vault", vault.vault);
  throw new DiagnosticError([
    finding("vault-damaged", placeOf(vault), { vault: vault.vault, volume, file: vaultFile }),
  ]);
}

/** Two that change a vault at a time would each undo what the other did. */
const locked = <T>(host: Host, { stack }: VaultRef, work: () => Promise<T>): Promise<T> =>
  atTheEdge(host.engine.address, async () => {
    const { holder, lockTimeout: timeout, onProgress } = host;
    const { id } = await host.engine.info();
    const onHeld = (other: string): void => onProgress({ kind: "lock-held", holder: other });
    const lock = await host.stateOf(id).lock(stack, { holder, timeout, onHeld });
    try {
      return await work();
    } finally {
      lock.release();
    }
  });

const specOf = ({ stack, vault }: VaultRef): Volume => ({
  name: volumeName(stack, "vault", vault),
  labels: volumeLabels(stack, { kind: "vault", resource: vault }),
});

/** The name of the vault's volume, where it is there. One that somebody else made is refused. */
async function ownVolume({ engine }: Host, vault: VaultRef): Promise<string | undefined> {
  const { name, labels } = specOf(vault);
  const found = await engine.volume(name);
  if (found === undefined) return undefined;
  if (Object.entries(labels).every(([label, value]) => found.labels[label] === value)) return name;
  const stack = found.labels[localLabels.stack];
  const owner = stack === undefined ? "somebody else" : `stack ${stack}`;
  throw new DiagnosticError([finding("object-not-ours", placeOf(vault), { kind: "Volume", name, owner })]);
}

async function createVolume({ engine }: Host, vault: VaultRef): Promise<string> {
  const spec = specOf(vault);
  await engine.createVolume(spec);
  return spec.name;
}

const placeOf = ({ vault }: VaultRef) => keyOf(`/resources/${vault}`);
