import type { Pack } from "tar-stream";

/** The file that holds a vault: one JSON object, text by key, as the platform's own readers expect it. */
export const vaultFile = "secrets.json";

/** Where the next content is until all of it is there; empty otherwise. */
export const nextFile = ".secrets.json.next";

/** An archive in which nothing is: a file system for a container that never runs. */
export const emptyArchive = async (): Promise<Uint8Array> => bytesOf((await tar()).pack());

/** Few calls need it. */
const tar = () => import("tar-stream");

/**
 * Replaces the vault's file. The engine unpacks entry after entry, so the content is written under another name, linked
 * to its own when it is complete, and the other name is emptied: whoever dies on the way leaves the old file or the new
 * one, and nothing that was taken out of the vault stays in the volume.
 */
export async function vaultArchive(content: string, mtime: Date): Promise<Uint8Array> {
  const archive = (await tar()).pack();
  const header = { mode: 0o644, mtime };
  archive.entry({ ...header, name: nextFile }, content);
  archive.entry({ ...header, name: vaultFile, type: "link", linkname: nextFile });
  archive.entry({ ...header, name: nextFile }, "");
  return bytesOf(archive);
}

/** The text of the one file in an archive. */
export async function fileText(archive: Uint8Array): Promise<string> {
  const reader = (await tar()).extract();
  const chunks: Buffer[] = [];
  reader.on("entry", (_header, entry, next) => {
    entry.on("data", (chunk: Buffer) => chunks.push(chunk));
    entry.on("end", next);
  });
  await new Promise((resolve, reject) => {
    reader.on("finish", resolve).on("error", reject);
    reader.end(archive);
  });
  return Buffer.concat(chunks).toString();
}

async function bytesOf(archive: Pack): Promise<Uint8Array> {
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return new Uint8Array(Buffer.concat(chunks));
}
