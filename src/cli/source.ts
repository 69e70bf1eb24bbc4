import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { codeOf } from "./inputs.ts";
import type { World } from "./world.ts";

/**
 * The repository a document comes from, as `host/path`: the workflow's, else the remote `origin` of the repository
 * that `directory` is in. Undefined where there is none. Credentials of a URL are never kept.
 */
export function documentSource({ environment }: Pick<World, "environment">, directory: string): string | undefined {
  const { GITHUB_REPOSITORY: repository, GITHUB_SERVER_URL: server } = environment;
  if (repository) return repositoryOf(`${server || "https://github.com"}/${repository}`);
  const config = gitConfig(directory);
  const url = config === undefined ? undefined : originUrl(config);
  return url === undefined ? undefined : repositoryOf(url);
}

/** `github.com/acme/app` of any spelling of its address; undefined for a path of this machine. */
export function repositoryOf(url: string): string | undefined {
  const [, host = "", path = ""] =
    /^(?!file:)[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)*([^@/:]+)(?::\d+)?\/(.*)$/i.exec(url) ??
    /^(?!.*:\/\/)(?:[^@/]*@)?([^@/:]{2,}):(.*)$/.exec(url) ??
    [];
  const name = (path.split(/[?#]/)[0] ?? "").replace(/^\/+|\/+$/g, "").replace(/\.git$/, "");
  return host === "" || name === "" ? undefined : `${host.toLowerCase()}/${name}`;
}

/** The configuration of the git repository that a directory is in, without running git. */
function gitConfig(directory: string): string | undefined {
  for (let here = resolve(directory); ; here = dirname(here)) {
    const git = gitDirectory(join(here, ".git"));
    if (git !== undefined) return readText(join(git, "config"));
    if (dirname(here) === here) return undefined;
  }
}

/** Where `.git` leads: in a worktree or a submodule it is a file that says where the directory is. */
function gitDirectory(path: string): string | undefined {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  const [, target] = /^gitdir: (.*)$/m.exec(readText(path) ?? "") ?? [];
  if (target === undefined) return undefined;
  const there = resolve(dirname(path), target.trim());
  return resolve(there, readText(join(there, "commondir"))?.trim() ?? ".");
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    codeOf(cause);
    return undefined;
  }
}

function originUrl(config: string): string | undefined {
  let isOrigin = false;
  for (const line of config.split(/\r?\n/)) {
    const [, section] = /^\s*\[([^\]]*)\]/.exec(line) ?? [];
    if (section !== undefined) isOrigin = /^remote\s+"origin"$/i.test(section.trim());
    const [, value] = /^\s*url\s*=\s*(.*?)\s*$/i.exec(line) ?? [];
    if (isOrigin && value !== undefined) return value.replace(/^"(.*)"$/, "$1");
  }
  return undefined;
}
