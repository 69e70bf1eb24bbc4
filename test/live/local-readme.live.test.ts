import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createWorkplace } from "./cli.ts";
import { docker, foundOf, hasEngine, liveDocker, stackName, sweep } from "./docker.ts";

const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");

/** The words of the commands that stand in the block behind a sentence. */
function commandsAfter(sentence: string): readonly (readonly string[])[] {
  const [, block = ""] = /```sh\n(.*?)```/s.exec(readme.slice(readme.indexOf(sentence))) ?? [];
  return block
    .split("\n")
    .filter(line => line.startsWith("npx alien-compile"))
    .map(line => line.replace(/#.*/, "").trim().split(/\s+/).slice(2));
}

const image = "docker.io/fluent/fluent-bit:3.1.9";

/** Lets another image stand for the public one where there is no way to its registry. Returns how to take it away. */
function standIn(): () => void {
  if (docker("images", "--quiet", image) !== "") return () => undefined;
  docker("tag", "local/pause:1", image);
  return () => void docker("rmi", image);
}

describe.skipIf(!hasEngine)(liveDocker("the README's quick start"), () => {
  test("runs a daemon in two commands", { timeout: 120_000 }, async ({ onTestFinished }) => {
    const [init = [], apply = [], ...others] = commandsAfter("two commands run a daemon");
    expect([init[0], apply[0], others]).toEqual(["init", "apply", []]);
    const place = createWorkplace({});
    const [stack, remove] = [stackName("first"), standIn()];
    onTestFinished(() => {
      sweep(stack);
      remove();
      place.remove();
    });
    const environment = { ALIEN_STATE_DIR: join(place.directory, "state") };
    expect((await place.run(init, { environment })).exitCode).toBe(0);
    // The name that everybody's first stack has may be taken on this machine.
    const written = readFileSync(join(place.directory, "alien.yaml"), "utf8");
    place.write("alien.yaml", written.replace("stack: my-stack", `stack: ${stack}`));
    const { exitCode, error, out } = await place.run(apply, { environment });
    expect([exitCode, error, out]).toEqual([0, expect.stringContaining("all daemons run"), expect.any(String)]);
    expect(foundOf(stack)).toEqual([`container/${stack}-agent`]);
    expect(docker("inspect", "--format", "{{.State.Running}}", `${stack}-agent`)).toBe("true");
  });
});
