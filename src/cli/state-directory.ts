import { posix, win32 } from "node:path";
import { finding, type Staged } from "../diagnostics/index.ts";
import type { World } from "./world.ts";

/** The directory in which it is remembered what was deployed to Docker engines; absolute. */
export function stateDirectory(
  { environment, directory }: Pick<World, "environment" | "directory">,
  platform: NodeJS.Platform = process.platform,
): Staged<string | undefined> {
  const isWindows = platform === "win32";
  const { isAbsolute, join, resolve } = isWindows ? win32 : posix;
  const { ALIEN_STATE_DIR, XDG_STATE_HOME, LOCALAPPDATA, HOME } = environment;
  if (ALIEN_STATE_DIR) return { value: resolve(directory, ALIEN_STATE_DIR), diagnostics: [] };
  const candidates = [
    [XDG_STATE_HOME, "alien-compile"],
    isWindows ? [LOCALAPPDATA, "alien-compile/state"] : [HOME, ".local/state/alien-compile"],
  ] as const;
  // The XDG specification has relative paths ignored, and in a home directory they make no sense either.
  const [home, rest] = candidates.find(([base]) => base !== undefined && isAbsolute(base)) ?? [];
  if (home !== undefined && rest !== undefined) return { value: join(home, rest), diagnostics: [] };
  const tried = ["ALIEN_STATE_DIR", "XDG_STATE_HOME", isWindows ? "LOCALAPPDATA" : "HOME"];
  return { value: undefined, diagnostics: [finding("no-state-directory", { argument: "" }, { tried })] };
}
