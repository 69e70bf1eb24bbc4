import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { hasEngine } from "../live/docker.ts";

/** `ALIEN_COMPOSE_CONFIG` is a Docker configuration directory that has the plugin, where the usual one has not. */
const config = process.env.ALIEN_COMPOSE_CONFIG;
const environment = { ...process.env, ...(config === undefined ? {} : { DOCKER_CONFIG: config }) };

/** Whether `docker compose` answers; the engine it works on is asked separately. */
const hasCompose = spawnSync("docker", ["compose", "version"], { env: environment, timeout: 60_000 }).status === 0;

const withoutCompose = "no `docker compose`; install it, or point ALIEN_COMPOSE_CONFIG at a configuration that has it";

/** Why tests of a file cannot run; nothing where they can. */
export const composeMissing = hasCompose ? undefined : withoutCompose;
export const composeEngineMissing = hasEngine
  ? composeMissing
  : "no Docker engine answers; set DOCKER_HOST or start one";

export interface ComposeCall {
  /** The text of the Compose file, on standard input. */
  readonly input: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Runs `docker compose -f -` and returns what it prints; rejects with what it says when it fails. */
export async function compose(words: readonly string[], { input, variables = {} }: ComposeCall): Promise<string> {
  const running = promisify(execFile)("docker", ["compose", "-f", "-", ...words], {
    env: { ...environment, ...variables },
    maxBuffer: 1 << 28,
    timeout: 120_000,
  });
  running.child.stdin?.end(input);
  return (await running).stdout;
}
