import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { docker } from "./docker.ts";

/** Makes an image of a few lines. */
export function buildImage(name: string, lines: string): void {
  const input = `FROM busybox:latest\n${lines}\n`;
  execFileSync("docker", ["build", "--quiet", "--tag", name, "-"], { input, stdio: ["pipe", "ignore", "pipe"] });
}

/** What the engine says of a container, in words. */
export const look = (name: string, format: string): string => docker("inspect", name, "--format", format);

/** The container of a name, if there is one. */
export const idOf = (name: string): string | undefined =>
  docker("ps", "--all", "--quiet", "--no-trunc", "--filter", `name=^/${name}$`) || undefined;

/** Whether the container of a name runs now. */
export const isRunning = (name: string): boolean =>
  idOf(name) !== undefined && look(name, "{{.State.Status}}") === "running";

/** Kills the process of a container as a crash does, from the machine it runs on; the engine is not asked. */
export function crash(name: string): void {
  const [id = "", pid = ""] = look(name, "{{.Id}} {{.State.Pid}}").split(" ");
  // With an engine on another machine it would be somebody else's process.
  if (!readFileSync(`/proc/${pid}/cgroup`, "utf8").includes(id)) throw new Error(`${pid} is no process of ${name}`);
  process.kill(Number(pid), "SIGKILL");
}
