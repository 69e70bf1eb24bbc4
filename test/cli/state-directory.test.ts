import { expect, test } from "vitest";
import { stateDirectory } from "../../src/cli/state-directory.ts";

type Environment = Readonly<Record<string, string | undefined>>;
const inDirectory = (environment: Environment, platform: NodeJS.Platform = "linux") =>
  stateDirectory({ environment, directory: platform === "win32" ? "C:\\work" : "/work" }, platform);

const home = { HOME: "/home/ann" };

test.each<[Environment, string]>([
  [home, "/home/ann/.local/state/alien-compile"],
  [{ ...home, XDG_STATE_HOME: "/var/xdg" }, "/var/xdg/alien-compile"],
  [{ XDG_STATE_HOME: "/var/xdg/" }, "/var/xdg/alien-compile"],
  [{ ...home, XDG_STATE_HOME: "relative" }, "/home/ann/.local/state/alien-compile"],
  [{ ...home, XDG_STATE_HOME: "" }, "/home/ann/.local/state/alien-compile"],
  [{ ...home, XDG_STATE_HOME: "/var/xdg", ALIEN_STATE_DIR: "/srv/alien" }, "/srv/alien"],
  [{ ALIEN_STATE_DIR: "state" }, "/work/state"],
  [{ ALIEN_STATE_DIR: "../state/" }, "/state"],
  [{ ...home, ALIEN_STATE_DIR: "" }, "/home/ann/.local/state/alien-compile"],
  [{ ...home, LOCALAPPDATA: "/elsewhere" }, "/home/ann/.local/state/alien-compile"],
])("of %j, state is kept in %s", (environment, expected) => {
  expect(inDirectory(environment)).toEqual({ value: expected, diagnostics: [] });
});

test.each<[Environment, string]>([
  [{ LOCALAPPDATA: "C:\\Users\\ann\\AppData\\Local" }, "C:\\Users\\ann\\AppData\\Local\\alien-compile\\state"],
  [{ LOCALAPPDATA: "C:\\local", XDG_STATE_HOME: "D:\\xdg" }, "D:\\xdg\\alien-compile"],
  [{ ALIEN_STATE_DIR: "state", LOCALAPPDATA: "C:\\local" }, "C:\\work\\state"],
])("of %j on Windows, state is kept in %s", (environment, expected) => {
  expect(inDirectory(environment, "win32")).toEqual({ value: expected, diagnostics: [] });
});

test.each<[Environment, NodeJS.Platform, string]>([
  [{}, "linux", "HOME"],
  [{ HOME: "" }, "darwin", "HOME"],
  [{ HOME: "home", XDG_STATE_HOME: "xdg" }, "linux", "HOME"],
  [{ HOME: "/home/ann" }, "win32", "LOCALAPPDATA"],
])("%j says no directory on %s", (environment, platform, last) => {
  const { value, diagnostics } = inDirectory(environment, platform);
  expect([value, diagnostics.map(({ name }) => name)]).toEqual([undefined, ["no-state-directory"]]);
  expect(diagnostics[0]?.message).toContain(`\`${last}\``);
});
