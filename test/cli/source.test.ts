import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { documentSource, repositoryOf } from "../../src/cli/source.ts";

test.each([
  ["https://github.com/acme/app.git", "github.com/acme/app"],
  ["https://user:token@github.com/acme/app.git", "github.com/acme/app"],
  ["https://x-access-token:gh@s_1@GitHub.com/Acme/App", "github.com/Acme/App"],
  ["https://github.com/acme/app/", "github.com/acme/app"],
  ["https://github.com/acme/app.git?token=secret#x", "github.com/acme/app"],
  ["ssh://git@github.com:22/acme/app.git", "github.com/acme/app"],
  ["git@github.com:acme/app.git", "github.com/acme/app"],
  ["github.com:acme/app", "github.com/acme/app"],
  ["git@gitlab.acme.dev:group/sub/app.git", "gitlab.acme.dev/group/sub/app"],
  ["git://host.dev/app.git", "host.dev/app"],
])("%s is %s", (url, expected) => {
  expect(repositoryOf(url)).toBe(expected);
});

test.each([
  "/srv/git/app.git",
  "../app",
  "file:///srv/git/app.git",
  "C:\\git\\app",
  "C:/git/app",
  "",
  "https://github.com/",
  "app",
])("%j is no repository that others know", url => {
  expect(repositoryOf(url)).toBeUndefined();
});

describe("the source of a document", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "alien-compile-source-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const config = (url: string) =>
    `[core]\n\tbare = false\n[remote "upstream"]\n\turl = https://github.com/other/app\n[remote "origin"]\n\tfetch = +refs\n\tURL = ${url}\n[branch "main"]\n\turl = https://wrong.dev/x/y\n`;
  const repository = (url: string): void => {
    mkdirSync(join(root, ".git"));
    mkdirSync(join(root, "services/connector"), { recursive: true });
    writeFileSync(join(root, ".git/config"), config(url));
  };
  const inside = () => join(root, "services/connector");

  test("is the origin of the repository it is in, however deep", () => {
    repository("https://me:hunter22@github.com/acme/app.git");
    expect(documentSource({ environment: {} }, inside())).toBe("github.com/acme/app");
  });

  test("is the workflow's repository first", () => {
    repository("https://github.com/acme/app.git");
    const environment = { GITHUB_REPOSITORY: "acme/other", GITHUB_SERVER_URL: "https://git.acme.dev" };
    expect(documentSource({ environment }, inside())).toBe("git.acme.dev/acme/other");
    expect(documentSource({ environment: { GITHUB_REPOSITORY: "acme/other" } }, inside())).toBe(
      "github.com/acme/other",
    );
  });

  test("is found from a worktree and from a submodule", () => {
    repository('"git@github.com:acme/app.git"');
    mkdirSync(join(root, ".git/worktrees/tree"), { recursive: true });
    writeFileSync(join(root, ".git/worktrees/tree/commondir"), "../..\n");
    mkdirSync(join(root, "tree"));
    writeFileSync(join(root, "tree/.git"), `gitdir: ${join(root, ".git/worktrees/tree")}\n`);
    expect(documentSource({ environment: {} }, join(root, "tree"))).toBe("github.com/acme/app");
    mkdirSync(join(root, ".git/modules/lib"), { recursive: true });
    writeFileSync(join(root, ".git/modules/lib/config"), config("https://github.com/acme/lib"));
    mkdirSync(join(root, "lib"));
    writeFileSync(join(root, "lib/.git"), "gitdir: ../.git/modules/lib\n");
    expect(documentSource({ environment: {} }, join(root, "lib"))).toBe("github.com/acme/lib");
  });

  test("is nothing without a repository, an origin, or an address", () => {
    expect(documentSource({ environment: {} }, root)).toBeUndefined();
    mkdirSync(join(root, ".git"));
    expect(documentSource({ environment: {} }, root)).toBeUndefined();
    writeFileSync(join(root, ".git/config"), "[core]\n\tbare = false\n");
    expect(documentSource({ environment: {} }, root)).toBeUndefined();
    writeFileSync(join(root, ".git/config"), config("/srv/git/app.git"));
    expect(documentSource({ environment: {} }, root)).toBeUndefined();
  });
});
