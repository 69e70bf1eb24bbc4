import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, inTurn, type Result, run, seconds } from "./measure.ts";

interface Setting {
  readonly cli: string;
  /** A directory for files. */
  readonly work: string;
}

const daemons = 50;

/** A stack of daemons that only have to be there. */
const stack = (name: string): string => `stack: ${name}
supportedPlatforms: [local]
resources:
${Array.from(
  { length: daemons },
  (_, index) => `  connector-${index}:
    type: daemon
    code: { type: image, image: "local/pause:1" }
    environment: { LOG_LEVEL: info, REGION: eu-central-1, QUEUE: jobs-${index} }
`,
).join("")}`;

/** Unchanged applies of 50 running daemons, against `docker compose up -d` of the same 50 as we render them. */
export function measureLocal({ cli, work }: Setting): readonly Result[] {
  const [ours, theirs] = ["ours", "theirs"].map(name => {
    const file = join(work, `local-${name}.yaml`);
    writeFileSync(file, stack(`bench-${name}-${process.pid}`));
    return file;
  }) as [string, string];
  const composed = join(work, "compose.yaml");
  const tool = (...words: readonly string[]): Command => ({ command: process.execPath, arguments: [cli, ...words] });
  const compose = (...words: readonly string[]): Command => ({
    command: "docker",
    arguments: ["compose", "--file", composed, "--progress", "quiet", ...words],
  });
  run(tool("render", theirs, "--output", composed));
  const [apply, up] = [tool("apply", ours, "--quiet"), compose("up", "--detach")];
  try {
    run(apply);
    run(up);
    const unchanged = inTurn(apply, up, 15);
    const what = `unchanged apply of ${daemons} daemons on a Docker engine : docker compose up -d`;
    const figures = `${seconds(unchanged.ours)} : ${seconds(unchanged.theirs)}`;
    return [{ what, figures, ratio: unchanged.ratio, limit: 0.5, unit: "×" }];
  } finally {
    run(tool("delete", ours, "--quiet"));
    run(compose("down"));
  }
}

/** Of Compose, where the Docker CLI has it and an engine answers. */
export function composeVersion(): string | undefined {
  const { status, stdout } = spawnSync("docker", ["compose", "version", "--short"], { encoding: "utf8" });
  const engine = spawnSync("docker", ["version", "--format", "{{.Server.Version}}"], { encoding: "utf8" });
  return status === 0 && engine.status === 0 ? `${stdout.trim()} on Docker ${engine.stdout.trim()}` : undefined;
}
