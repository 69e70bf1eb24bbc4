import { execFileSync } from "node:child_process";
import { scriptImage } from "./stage.ts";

/** An image whose only process is what it seems: no shell stands between it and its environment. */
export const sleeperImage = "alien-test/sleeper:1";
/** The image that runs scripts, as another user than root. */
export const userImage = "alien-test/user:1";

export const buildSleeperImage = (): void =>
  build(sleeperImage, 'FROM busybox:latest\nENV FROM_IMAGE="kept as it is"\nUSER 1000\nCMD ["sleep", "100000"]\n');

export const buildUserImage = (): void => build(userImage, `FROM ${scriptImage}\nUSER 1000:1000\n`);

/** Builds an image of a few lines. */
export function build(tag: string, dockerfile: string): void {
  const words = ["build", "--quiet", "--tag", tag, "-"];
  execFileSync("docker", words, { input: dockerfile, stdio: ["pipe", "ignore", "pipe"] });
}
