import { finding, join, value } from "../../diagnostics/index.ts";
import type { Rule } from "../rule.ts";

/** A binding says where a vault is; reading it takes a grant as well. */
export const vaultIsGranted: Rule = ({ stack, platforms, sound, intact }) => {
  const vaults = new Set(stack.resources.filter(({ kind }) => kind === "vault").map(({ id }) => id));
  return stack.daemons.flatMap(({ id: daemon, path, links, profile }) => {
    if (
      platforms.length === 0 ||
      !sound(`${path}/permissions`) ||
      (profile !== undefined && !intact(join("/permissions/profiles", profile)))
    )
      return [];
    const grants = stack.profiles.find(({ name }) => name === profile)?.grants ?? [];
    const ungranted = links.filter(({ id }) => {
      const covers = (scope: string): boolean => scope === "*" || scope === id;
      const isGranted = grants.some(({ scope, set }) => covers(scope) && /^vault\/data-(read|write)$/.test(set));
      return vaults.has(id) && !isGranted;
    });
    return ungranted.map(({ id, path: at }) =>
      finding("vault-without-grant", value(at), { daemon, vault: id, profile }),
    );
  });
};
