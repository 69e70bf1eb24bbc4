import { beside, finding, join, key, value } from "../../diagnostics/index.ts";
import { linkableKinds } from "../../ir/index.ts";
import type { Rule } from "../rule.ts";

/** Every linked resource has a binding on each platform: given, or brought by the platform. */
export const linkHasBinding: Rule = ({ stack, platforms, sound }) =>
  stack.resources.flatMap(({ id, kind, path, bindings }) => {
    const links = stack.daemons.flatMap(daemon => daemon.links.filter(link => link.id === id));
    const missing = platforms.filter(
      platform =>
        bindings[platform] === undefined && sound(join(path, "binding")) && sound(`${path}/bindings/${platform}`),
    );
    if (links.length === 0 || missing.length === 0) return [];
    const related = links.slice(0, 3).map(link => ({ message: beside.linked, at: value(link.path) }));
    const services = Object.keys(linkableKinds[kind].services);
    return [finding("missing-binding", key(path), { id, kind, platforms: missing, services }, { related })];
  });
