import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, inject, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { codesIn, runDist } from "../process.ts";

const dist = inject("dist");
const cli = join(dist, "cli.js");
const directory = mkdtempSync(join(tmpdir(), "alien-compile-process-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const daemon = (id: string) => `  ${id}: { type: daemon, code: { type: image, image: "ghcr.io/acme/agent:v1" } }\n`;
const stack = (count: number): string =>
  `stack: acme\nsupportedPlatforms: [kubernetes]\nresources:\n${Array.from({ length: count }, (_, n) => daemon(`agent-${n}`)).join("")}`;
writeFileSync(join(directory, "sound.yaml"), stack(1));
writeFileSync(join(directory, "wrong.yaml"), `${stack(1)}more: 1\n`);
writeFileSync(join(directory, "large.yaml"), stack(2000));

const run = (...words: readonly string[]) => runDist(dist, words, { cwd: directory });
const shell = (command: string) =>
  spawnSync("bash", ["-o", "pipefail", "-c", command, process.execPath, cli], {
    cwd: directory,
    timeout: 60_000,
    maxBuffer: 1024 ** 3,
  });

describe("the command as a process", () => {
  test.each([
    [["validate", "sound.yaml"], 0],
    [["validate", "wrong.yaml"], 1],
    [["validate", "missing.yaml"], 1],
    [["validate", "--nonsense"], 64],
    [["nonsense"], 64],
    [[], 64],
  ])("%j ends with %i", (words, exitCode) => {
    expect(run(...words).exitCode).toBe(exitCode);
  });

  test("a reader that goes away ends it quietly", () => {
    const { stdout, stderr, status } = shell('"$0" "$1" large.yaml | head -1');
    expect(stderr.toString()).toBe("");
    expect(stdout.toString()).toMatch(/^# made by alien-compile from stack acme.*\n$/);
    expect(status).toBe(0);
  });

  test("a slow reader gets everything, in order", () => {
    const { stdout, status } = shell(`"$0" "$1" large.yaml | "$0" -e '
      process.stdin.pause();
      setImmediate(() => process.stdin.pipe(process.stdout));'`);
    expect(status).toBe(0);
    expect(stdout.toString()).toBe(run("large.yaml").out);
  });

  test("reads a pipe that a shell hands over as a file", () => {
    const { stderr, status } = shell('"$0" "$1" validate <(cat sound.yaml)');
    expect(stderr.toString()).toMatch(/^`\/dev\/fd\/\d+` is valid for kubernetes: 1 daemon\n/);
    expect(status).toBe(0);
  });

  test("a closed standard output is no crash", () => {
    const { stderr } = shell('"$0" "$1" sound.yaml >&-');
    expect(stderr.toString()).not.toMatch(/^\s+at /m);
  });

  test("standard input over the limit is refused", () => {
    const { out, exitCode, mebibytes } = runDist(dist, ["validate", "-"], {
      input: Buffer.alloc(64 * 1024 * 1024, "#"),
    });
    expect(codesIn(out)).toEqual(["AL1004"]);
    expect(exitCode).toBe(1);
    expect(mebibytes).toBeLessThan(300);
  });

  test("an endless standard input is refused", () => {
    const { stdout, status } = shell('"$0" "$1" validate - < <(yes)');
    expect(codesIn(stdout.toString())).toEqual(["AL1004"]);
    expect(status).toBe(1);
  });

  test("a bug of ours says so, without its source", () => {
    const breaks = `data:text/javascript,${encodeURIComponent(
      'const fs = process.getBuiltinModule("node:fs"); fs.statSync = () => { throw new TypeError("cannot read `x`"); }; process.getBuiltinModule("node:module").syncBuiltinESMExports();',
    )}`;
    const { out, error, exitCode } = runDist(dist, ["validate", "sound.yaml"], {
      cwd: directory,
      node: ["--import", breaks],
    });
    expect(out).toBe("");
    expect(error).toBe(
      "error[AL9010]: this is a bug in alien-compile: TypeError: cannot read `x`\n" +
        "  = help: please report it with the command line and, if you can, the file\n\n1 error\n",
    );
    expect(exitCode).toBe(70);
  });
});

describe("an old Node", () => {
  const old = "/usr/bin/node";
  const version = existsSync(old) ? execFileSync(old, ["--version"]).toString().trim() : "not there";
  const reason = `${old} is ${version}`;

  test.skipIf(!/^v(1[4-9]|20|21)\./.test(version))(`is told kindly what is needed (${reason})`, () => {
    const { stdout, stderr, status } = spawnSync(old, [cli, "validate", "-"], { timeout: 10_000 });
    expect(stdout.toString()).toBe("");
    expect(stderr.toString()).toMatch(
      new RegExp(
        `^error\\[AL9009\\]: this is Node ${version.slice(1)}, and alien-compile needs 22\\.19\\.0 or newer\n`,
      ),
    );
    expect(stderr.toString()).not.toMatch(/^\s+at |Warning/m);
    expect(status).toBe(64);
  });
});

describe("the package", () => {
  test("installs alone and runs", { timeout: 120_000 }, () => {
    const source = join(directory, "package");
    const target = join(directory, "target");
    mkdirSync(source);
    mkdirSync(target);
    for (const name of ["package.json", "schemas"]) execFileSync("cp", ["-r", resolve(name), source]);
    execFileSync("cp", ["-r", dist, join(source, "dist")]);
    const npm = (folder: string, ...words: string[]) =>
      execFileSync("npm", [...words, "--offline", "--ignore-scripts", "--no-audit", "--no-fund"], {
        cwd: folder,
        env: { ...process.env, npm_config_cache: join(directory, "cache") },
        stdio: ["ignore", "pipe", "pipe"],
      }).toString();
    const [packed] = JSON.parse(npm(source, "pack", "--json")) as { readonly filename: string }[];
    npm(target, "install", join(source, packed?.filename ?? ""));
    expect(readdirSync(join(target, "node_modules")).filter(name => !name.startsWith("."))).toEqual(["alien-compile"]);
    expect(existsSync(join(target, "node_modules/alien-compile/node_modules"))).toBe(false);
    expect(readFileSync(join(target, "node_modules/alien-compile/dist/LICENSES.txt"), "utf8")).toContain("yaml ");
    const npx = (...words: string[]) =>
      spawnSync("npx", ["--no-install", "alien-compile", ...words], {
        cwd: target,
        env: { ...process.env, PATH: `${resolve("node_modules/.bin")}:${process.env.PATH}` },
      });
    expect(npx("--version").stdout.toString()).toBe(`${manifest.version}\n`);
    expect(npx("init").status).toBe(0);
    expect(npx("validate").status).toBe(0);
  });
});
