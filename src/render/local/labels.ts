import { manager } from "../kubernetes/labels.ts";

/** What our containers, volumes and network are known by. They carry names as they are: the engine takes any text. */
export const localLabels = {
  manager: "dev.alien.managed-by",
  stack: "dev.alien.stack",
  daemon: "dev.alien.daemon",
  resource: "dev.alien.resource",
  kind: "dev.alien.kind",
  /** Where the document comes from. */
  source: "dev.alien.source",
  /** Of everything that makes the container what it is, but for values of secrets. */
  configHash: "dev.alien.config-hash",
  /** Raised when the hash is made of something else: a hash of another version is not compared. */
  hashVersion: "dev.alien.hash-version",
  /** Names of the variables whose values are secret, with commas between. */
  secrets: "dev.alien.secrets",
  /** A container that never runs: files go into a volume through it, and it is gone when they are there. */
  helper: "dev.alien.helper",
} as const;

export const stackLabels = (stack: string): Readonly<Record<string, string>> => ({
  [localLabels.manager]: manager,
  [localLabels.stack]: stack,
});
