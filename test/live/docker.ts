import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";

const missing = whyMissing();

/** Whether there is a Docker engine: the one of `DOCKER_HOST`, or behind the default socket. */
export const hasEngine = missing === undefined;

/** The title of tests that need an engine; it says why they are skipped. */
export const liveDocker = (title: string): string => (hasEngine ? title : `${title} (skipped: ${missing})`);

function whyMissing(): string | undefined {
  try {
    docker("version", "--format", "{{.Server.Version}}");
    return undefined;
  } catch {
    return "no Docker engine answers; set DOCKER_HOST or start one";
  }
}

/** Runs the Docker CLI and returns what it prints, without the last line's end. */
export function docker(...words: readonly string[]): string {
  return execFileSync("docker", words, {
    encoding: "utf8",
    timeout: 120_000,
    stdio: ["ignore", "pipe", "pipe"],
  }).trimEnd();
}

/** The same, while something else is done. */
export async function dockerLater(...words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("docker", [...words], { timeout: 120_000 });
  return stdout.trimEnd();
}

/** The name of a stack that nobody else has. */
export const stackName = (prefix: string): string => `${prefix}-${randomBytes(4).toString("hex")}`;

/** Everything of a stack that the engine has, by its labels: `container/…`, `volume/…`. */
export const foundOf = (stack: string): readonly string[] => sorted(listings(stack).map(words => docker(...words)));

export const foundLater = async (stack: string): Promise<readonly string[]> =>
  sorted(await Promise.all(listings(stack).map(words => dockerLater(...words))));

function listings(stack: string): readonly (readonly string[])[] {
  const filter = ["--filter", `label=dev.alien.stack=${stack}`];
  return [
    ["ps", "--all", "--no-trunc", ...filter, "--format", "container/{{.Names}}"],
    ["volume", "ls", ...filter, "--format", "volume/{{.Name}}"],
  ];
}

const sorted = (texts: readonly string[]): readonly string[] =>
  texts
    .flatMap(text => text.split("\n"))
    .filter(line => line !== "")
    .sort();

/** Removes everything of a stack, data too. */
export function sweep(stack: string): void {
  const found = foundOf(stack);
  const named = (kind: string) =>
    found.filter(name => name.startsWith(`${kind}/`)).map(name => name.slice(kind.length + 1));
  const [containers, volumes] = [named("container"), named("volume")];
  if (containers.length > 0) docker("rm", "--force", ...containers);
  if (volumes.length > 0) docker("volume", "rm", "--force", ...volumes);
}

/** An image that runs the shell commands of its variable `SCRIPT`. */
export const scriptImage = "alien-test/script:1";

/** Makes the image known to the node, which runs what its Docker engine has. */
export function buildScriptImage(): void {
  const input = 'FROM busybox:latest\nCMD ["sh", "-c", "exec sh -c \\"$SCRIPT\\""]\n';
  execFileSync("docker", ["build", "--quiet", "--tag", scriptImage, "-"], { input, stdio: ["pipe", "ignore", "pipe"] });
}

/** What a daemon does that only has to be there; it ends when it is asked to. */
export const stays = "trap 'exit 0' TERM; sleep 100000 & wait";
