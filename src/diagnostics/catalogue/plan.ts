import { quote } from "./entry.ts";

/** Names as they come from elsewhere. */
const names = (words: readonly string[]): string => words.map(quote).join(" and ");

/** What a plan says to people. */
export const planWords = {
  head: (stack: string, platform: string, namespace: string): string =>
    `stack ${stack} on ${platform}${namespace === "" ? "" : `, namespace ${namespace}`}`,
  nothing: (head: string, unchanged: number): string =>
    `-- ${head}: nothing to do${unchanged === 0 ? "" : `, ${unchanged} unchanged`}`,
  approximate: "compared with what may be read: the server was not asked what it would make of it",
  notSet: "(not set)",
  secret: "(secret)",
  secretChanged: "(secret) changed",
  summary: {
    create: "to create",
    update: "to update",
    adopt: "to take over",
    replace: "to replace",
    delete: "to delete",
    unchanged: "unchanged",
  },
} as const;

/** Why an object is changed, by the kind of the reason. */
export const planReasons = {
  "not-there": (): string => "it is not there",
  declared: (): string => "the document changed",
  drifted: ({ managers }: { readonly managers: readonly string[] }): string =>
    managers.length === 0 ? "it was changed by somebody else" : `it was changed by ${names(managers)}`,
  "secret-changed": ({ keys }: { readonly keys: readonly string[] }): string =>
    keys.length > 1 ? `${keys.length} secret values changed` : "a secret value changed",
  "not-ours": ({ owner }: { readonly owner: string }): string =>
    owner === "" ? "it is not ours" : `it belongs to ${quote(owner)}`,
  "cannot-change": ({ field }: { readonly field: string }): string =>
    field === "" ? "it cannot be changed in place" : `${quote(field)} cannot be changed in place`,
  "image-changed": ({ before, after }: { readonly before: string; readonly after: string }): string =>
    `its reference names another image now: ${after} instead of ${before}`,
  stopped: (): string => "it does not run",
  "no-longer-declared": (): string => "no longer declared",
  superseded: (): string => "a newer one takes its place",
  interrupted: (): string => "an earlier run was interrupted",
  "being-deleted": (): string => "the one that is there is being deleted",
  same: (): string => "it is as declared",
} as const;
