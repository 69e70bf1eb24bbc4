import { plural, quote } from "./entry.ts";

const list = (words: readonly string[]): string => words.map(quote).join(", ");

/** What the command line says when things go well. */
export const status = {
  valid: (files: readonly string[], daemons: number, platforms: readonly string[]): string =>
    `${files.map(quote).join(" + ")} is valid for ${platforms.join(" and ")}: ${plural(daemons, "daemon")}`,
  next: (command: string): string => `next: ${command}`,
  noLines: (previous: boolean): string =>
    previous ? "no process before the current one has printed anything" : "nothing was printed",
  wroteFile: (file: string): string => `wrote ${quote(file)}`,
  keptFile: (file: string): string => `kept ${quote(file)}, which was there already`,
  wroteFiles: (count: number, directory: string): string => `wrote ${plural(count, "file")} to ${quote(directory)}`,
  removedFiles: (files: readonly string[]): string => `removed what is no longer wanted: ${list(files)}`,
  noEffect: (flag: string, without: string): string => `${quote(flag)} has no effect without ${quote(without)}`,
  vaultSet: (vault: string, key: string): string => `${quote(vault)} holds ${quote(key)}`,
  vaultRemoved: (vault: string, key: string): string => `removed ${quote(key)} from ${quote(vault)}`,
  vaultMissing: (vault: string, keys: readonly string[]): string =>
    `${quote(vault)} declares, and does not hold yet: ${list(keys)}`,
  vaultEmpty: (vault: string): string => `${quote(vault)} is empty`,
  firstLine: "files that alien-compile wrote here; it removes what is no longer wanted",
  requiredKeys: (secret: string, keys: readonly string[]): string =>
    `the Secret ${quote(secret)} has to exist with ${keys.length === 1 ? "the key" : "the keys"} ${list(keys)}; \`--include-secrets\` renders it`,
  requiredVariables: (names: readonly string[]): string =>
    `\`docker compose\` reads secrets from the ${names.length === 1 ? "variable" : "variables"} ${list(names)}; \`--include-secrets\` writes them into the file`,
  /** Compose says this behind the name of a variable that is missing; a brace would end it. */
  composeNeedsSecret: (secret: string): string => `it holds the secret ${secret}`,
} as const;
