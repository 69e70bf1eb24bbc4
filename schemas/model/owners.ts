import type { Node, ObjectNode, UnionNode } from "./nodes.ts";

/**
 * How findings call the objects of the schema, and what lies below them.
 * A field leads to a definition, to a mapping or list of one (`*Name`), or to nothing that has fields (``).
 */
export type Owner =
  | { readonly owner: string; readonly fields: Readonly<Record<string, string>> }
  | { readonly owner: string; readonly tag: string; readonly variants: Readonly<Record<string, string>> };
export type Owners = Record<string, Owner>;

export function owners(model: ObjectNode): Owners {
  const found: Owners = {};
  const below = (node: Node): string => {
    if (node.node === "list") return star(below(node.items));
    if (node.node === "map") return star(below(node.values));
    if (node.node === "secretable") return below(node.reference);
    if (node.node === "union") return visitUnion(node);
    return node.node === "object" ? visitObject(node, {}) : "";
  };
  const star = (name: string): string => (name === "" ? "" : `*${name}`);
  const visitUnion = ({ name, owner, tag, variants }: UnionNode): string => {
    const names = Object.entries(variants).map(([value, variant]) => [value, visitObject(variant, { [tag]: "" })]);
    found[name] ??= { owner, tag, variants: Object.fromEntries(names) };
    return name;
  };
  const visitObject = ({ name, owner, fields }: ObjectNode, tag: Readonly<Record<string, string>>): string => {
    const own = Object.entries(fields).map(([field, node]) => [field, below(node)]);
    found[name] ??= { owner, fields: { ...tag, ...Object.fromEntries(own) } };
    return name;
  };
  visitObject(model, {});
  return found;
}
