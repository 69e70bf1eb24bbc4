import { type Diagnostic, finding, type Staged, suggest } from "../diagnostics/index.ts";
import { isMapping, type Mapping } from "./layers.ts";
import { type Override, override } from "./override.ts";
import type { SourceTree } from "./read.ts";

/** What flags say of a stack, beyond its files. */
export interface Flags {
  /** Images that replace those of daemons, by daemon. */
  readonly images?: ReadonlyMap<string, string>;
  readonly namespace?: string;
}

/** Puts what flags say over what the files say; the place of that is the flag. */
export function applyFlags(tree: SourceTree, { images = new Map(), namespace }: Flags): Staged<SourceTree> {
  if (tree.data === undefined) return { value: tree, diagnostics: [] };
  const daemons = daemonsOf(tree.data);
  const chosen = [...images].filter(([id]) => daemons.includes(id));
  const overrides = [
    ...chosen.map(([id, image]) => imageOverride(id, image)),
    ...(namespace === undefined ? [] : [namespaceOverride(namespace)]),
  ];
  const unknown = [...images.keys()].filter(id => !daemons.includes(id));
  return { value: overrides.reduce(override, tree), diagnostics: unknown.map(id => unknownDaemon(id, daemons)) };
}

const imageOverride = (id: string, image: string): Override => ({
  name: `--image ${id}`,
  text: image,
  path: ["resources", id, "code"],
  value: { type: "image", image },
});

const namespaceOverride = (namespace: string): Override => ({
  name: "--namespace",
  text: namespace,
  path: ["platforms", "kubernetes", "namespace"],
  value: namespace,
});

function unknownDaemon(id: string, known: readonly string[]): Diagnostic {
  return finding("unknown-override", { argument: `--image ${id}` }, { id, suggestion: suggest(id, known), known });
}

function daemonsOf({ resources }: Mapping): readonly string[] {
  if (!isMapping(resources)) return [];
  return Object.keys(resources).filter(id => {
    const resource = resources[id];
    return isMapping(resource) && resource.type === "daemon";
  });
}
