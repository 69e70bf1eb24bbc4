import { beside, type Diagnostic, finding, join, suggest, value } from "../diagnostics/index.ts";
import { bindingVariable, isLinkable, type LinkIr } from "../ir/index.ts";
import type { DaemonResource } from "../schema/index.ts";
import { byCodeUnit, type Scope } from "./scope.ts";

/** The links of one daemon, by id; what is wrong with a link is found and the link left out. */
export function compileLinks(
  scope: Scope,
  daemon: string,
  { links }: DaemonResource,
  daemonPath: string,
): readonly LinkIr[] {
  const { collector, used } = scope;
  const path = join(daemonPath, "links");
  if (links === undefined || !collector.sound(path)) return [];
  const variables = new Map<string, LinkIr>();
  for (const [index, id] of links.entries()) {
    const link = { id, path: join(path, index) };
    if (!collector.sound(link.path)) continue;
    used.add(join("/resources", id));
    const problem = checkTarget(scope, daemon, link) ?? checkVariable(link, variables);
    if (problem !== undefined) collector.add(problem);
    else variables.set(bindingVariable(id), link);
  }
  return [...variables.values()].sort((a, b) => byCodeUnit(a.id, b.id));
}

function checkTarget(
  { resources, collector, used }: Scope,
  daemon: string,
  { id, path }: LinkIr,
): Diagnostic | undefined {
  if (id === daemon) return finding("link-to-itself", value(path), { daemon });
  const resource = resources.get(id);
  if (!resources.has(id)) {
    const others = [...resources.keys()].filter(name => name !== daemon);
    const suggestion = suggest(id, others);
    used.add(join("/resources", suggestion ?? id));
    return finding("unknown-link", value(path), { daemon, id, suggestion });
  }
  const target = join("/resources", id);
  if (!collector.sound(join(target, "type")) || resource === undefined || isLinkable(resource.type)) return undefined;
  const related = [{ message: beside.declared, at: { path: target, on: "key" as const } }];
  return finding("link-not-linkable", value(path), { daemon, id, kind: resource.type }, { related });
}

function checkVariable({ id, path }: LinkIr, variables: ReadonlyMap<string, LinkIr>): Diagnostic | undefined {
  const variable = bindingVariable(id);
  const other = variables.get(variable);
  if (other === undefined) return undefined;
  const related = [{ message: beside.firstLinked, at: value(other.path) }];
  return other.id === id
    ? finding("repeated-link", value(path), { id }, { related })
    : finding("variable-collision", value(path), { id, other: other.id, variable }, { related });
}
