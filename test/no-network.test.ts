import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, inject, test } from "vitest";

const dist = realpathSync(inject("dist"));
const directory = realpathSync(mkdtempSync(join(tmpdir(), "alien-compile-network-")));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs before the command: notes every socket, process, name lookup, module and file read, and tells them at the end. */
const hook = `
  import module from "node:module";
  import { writeFileSync } from "node:fs";
  const noted = { sockets: [], processes: [], modules: [], files: [] };
  const builtin = name => process.getBuiltinModule(name);
  const note = (object, names, kind, what = name => name) => {
    for (const name of names) {
      const original = object[name];
      object[name] = function (...words) {
        noted[kind].push(what(name, words));
        return new.target ? Reflect.construct(original, words, new.target) : Reflect.apply(original, this, words);
      };
      object[name].prototype = original.prototype;
    }
  };
  const file = (_, [path]) => String(path);
  note(builtin("net").Socket.prototype, ["connect"], "sockets");
  note(builtin("net").Server.prototype, ["listen"], "sockets");
  note(builtin("net"), ["connect", "createConnection"], "sockets");
  note(builtin("tls"), ["connect"], "sockets");
  note(builtin("http"), ["request", "get"], "sockets");
  note(builtin("https"), ["request", "get"], "sockets");
  note(builtin("http2"), ["connect"], "sockets");
  note(builtin("dgram"), ["createSocket"], "sockets");
  note(builtin("dns"), ["lookup", "resolve", "resolve4", "resolve6"], "sockets");
  note(builtin("dns").promises, ["lookup", "resolve", "resolve4", "resolve6"], "sockets");
  note(globalThis, ["fetch"], "sockets");
  note(builtin("child_process"), ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"], "processes");
  note(builtin("worker_threads"), ["Worker"], "processes");
  note(builtin("fs"), ["openSync", "open", "readFileSync", "readFile", "createReadStream", "readdirSync"], "files", file);
  note(builtin("fs").promises, ["open", "readFile", "readdir"], "files", file);
  module.syncBuiltinESMExports();
  module.registerHooks({
    resolve: (specifier, context, next) => {
      const resolved = next(specifier, context);
      noted.modules.push(resolved.url);
      return resolved;
    },
  });
  process.on("exit", () => writeFileSync(process.env.NOTED, JSON.stringify(noted)));
`;
const hookFile = join(directory, "hook.mjs");
writeFileSync(hookFile, hook);

interface Noted {
  readonly sockets: readonly string[];
  readonly processes: readonly string[];
  readonly modules: readonly string[];
  readonly files: readonly string[];
}

function noted(...words: readonly string[]): {
  readonly noted: Noted;
  readonly out: string;
  readonly exitCode: number | null;
} {
  const target = join(directory, "noted.json");
  const { stdout, status } = spawnSync(process.execPath, ["--import", hookFile, ...words], {
    cwd: directory,
    env: {
      ...process.env,
      NOTED: target,
      XDG_CACHE_HOME: join(directory, "cache"),
      KUBECONFIG: "/missing",
      DOCKER_HOST: "tcp://127.0.0.1:9",
    },
    timeout: 30_000,
  });
  return { noted: JSON.parse(readFileSync(target, "utf8")), out: stdout.toString(), exitCode: status };
}

const stack = (platforms: string) =>
  `stack: acme\nsupportedPlatforms: [${platforms}]\nresources:\n  agent: { type: daemon, code: { type: image, image: "a/b:1" } }\n`;

describe.each(["aws", "gcp", "azure"])("%s", platform => {
  test.each([
    ["chosen, by render", "kubernetes", ["render", "--platform", platform]],
    ["listed, by render", `kubernetes, ${platform}`, ["render"]],
    ["listed alone, by render", platform, []],
    ["chosen, by validate", "local, kubernetes", ["validate", "--platform", platform]],
    ["listed, by compile", `local, ${platform}`, ["compile", "--emit", "ir"]],
    ["chosen, by plan", "local, kubernetes", ["plan", "--platform", platform]],
    ["listed, by plan", `kubernetes, ${platform}`, ["plan", "--platform", "kubernetes"]],
    ["chosen, by apply", "kubernetes", ["apply", "--platform", platform]],
    ["listed, by apply", `kubernetes, ${platform}`, ["apply", "--platform", "kubernetes"]],
    ["listed alone, by apply", platform, ["apply"]],
    ["listed, by delete", `kubernetes, ${platform}`, ["delete", "--platform", "kubernetes"]],
    ["listed, by status", `kubernetes, ${platform}`, ["status", "--platform", "kubernetes"]],
  ])("is refused when nothing but the file was read: %s", (_, platforms, words) => {
    writeFileSync(join(directory, "alien.yaml"), stack(platforms));
    const { noted: found, exitCode } = noted(join(dist, "cli.js"), ...words);
    expect(exitCode).toBe(1);
    expect(found.sockets).toEqual([]);
    expect(found.processes).toEqual([]);
    const foreign = found.modules.filter(url => !url.startsWith("node:") && !url.startsWith(`${pathToFileURL(dist)}/`));
    expect(foreign).toEqual([]);
    // Its own code, as it was shipped and as V8 keeps it.
    const own = [`${dist}/`, join(directory, "cache/alien-compile")];
    const paths = found.files.map(path => path.replace("file://", ""));
    const files = new Set(paths.filter(path => !own.some(start => path.startsWith(start))));
    expect([...files]).toEqual([join(directory, "alien.yaml")]);
  });
});

test("the notes are taken: whoever opens a socket, starts a process, loads a module or reads a file is seen", () => {
  const script = join(directory, "control.mjs");
  writeFileSync(join(directory, "other.mjs"), "export {};\n");
  writeFileSync(
    script,
    `import { spawnSync } from "node:child_process";
     import { readFileSync } from "node:fs";
     import { connect } from "node:net";
     import { request } from "node:http";
     import dns from "node:dns";
     import "./other.mjs";
     connect(9, "127.0.0.1").on("error", () => {});
     request("http://127.0.0.1:9").on("error", () => {}).end();
     fetch("http://127.0.0.1:9").catch(() => {});
     dns.lookup("localhost", () => {});
     spawnSync(process.execPath, ["--version"]);
     readFileSync(${JSON.stringify(hookFile)});
    `,
  );
  const { noted: found } = noted(script);
  expect(found.sockets).toEqual(expect.arrayContaining(["connect", "request", "fetch", "lookup"]));
  expect(found.processes).toEqual(expect.arrayContaining(["spawnSync"]));
  expect(found.modules).toContain(pathToFileURL(join(directory, "other.mjs")).href);
  expect(found.files).toContain(hookFile);
});
