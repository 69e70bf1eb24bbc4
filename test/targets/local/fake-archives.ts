import type { Engine } from "../../../src/targets/local/api/engine.ts";
import { directory, type FakeFile, type FakeTree, packed, trimmed, unpack } from "./fake-files.ts";
import { type FakeWorld, refuse } from "./fake-world.ts";

export const fakeArchives = (world: FakeWorld): Pick<Engine, "putArchive" | "getArchive"> => ({
  putArchive: async (id, path, tar) => {
    if (!exists(world, id, path)) throw missing(path, id);
    for (const { name, file } of await unpack(tar)) put(world, id, { path: `${path}/${name}`, file });
  },
  getArchive: async (id, path) => {
    const { tree, inside } = placeOf(world, id, path);
    if (!exists(world, id, path)) return undefined;
    const isBelow = (name: string) => inside === "" || name === inside || name.startsWith(`${inside}/`);
    const found = [...tree]
      .filter(([name]) => isBelow(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, file]): [string, FakeFile] => [trimmed(name.slice(inside.length)), file]);
    const last = trimmed(path).split("/").at(-1) ?? "";
    return packed(last, found);
  },
});

const missing = (path: string, id: string) => refuse(404, `Could not find the file ${path} in container ${id}`);

/** The tree in which a path of a container lies: that of the volume mounted nearest to it, or its own. */
function placeOf(world: FakeWorld, id: string, path: string): { readonly tree: FakeTree; readonly inside: string } {
  const container = world.find(id);
  const full = trimmed(path);
  const [mount] = container.spec.mounts
    .filter(({ target }) => full === trimmed(target) || full.startsWith(`${trimmed(target)}/`))
    .toSorted((a, b) => b.target.length - a.target.length);
  const volume = mount === undefined ? undefined : world.volumes.get(mount.volume);
  if (mount === undefined || volume === undefined) return { tree: container.files, inside: full };
  return { tree: volume.files, inside: trimmed(full.slice(trimmed(mount.target).length)) };
}

/** What lies above a mount is there too. */
function exists(world: FakeWorld, id: string, path: string): boolean {
  const { tree, inside } = placeOf(world, id, path);
  const above = world.find(id).spec.mounts.some(({ target }) => trimmed(target).startsWith(`${trimmed(path)}/`));
  return above || tree.has(inside);
}

function put(world: FakeWorld, id: string, { path, file }: { readonly path: string; readonly file: FakeFile }): void {
  const { tree, inside } = placeOf(world, id, path);
  const parts = inside.split("/").slice(0, -1);
  for (const [index] of parts.entries()) {
    const parent = parts.slice(0, index + 1).join("/");
    if (!tree.has(parent)) tree.set(parent, directory());
  }
  tree.set(inside, file);
}
