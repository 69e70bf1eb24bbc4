import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Diagnostic, finding, key, type Places, type Staged } from "../diagnostics/index.ts";
import { limits, type StackIr } from "../pipeline.ts";
import { type Call, flagOf } from "./call.ts";
import { codeOf } from "./inputs.ts";
import type { World } from "./world.ts";

/** The values of declared secrets, from the environment, `--secrets-file`, or files relative to the layer that names them. */
export function secretValues(
  call: Call,
  world: World,
  stack: StackIr,
  places: Places,
): Staged<ReadonlyMap<string, string>> {
  const named = flagOf(call, "secrets-file");
  const fromFile = named === undefined ? undefined : readSecretsFile(named, resolve(world.directory, named));
  const environment = new Map([...Object.entries(world.environment), ...(fromFile?.value ?? [])]);
  const diagnostics: Diagnostic[] = [...(fromFile?.diagnostics ?? [])];
  const values = new Map<string, string>();
  for (const { name, env, file, path } of stack.secrets) {
    const layer = places.span({ path: `${path}/file`, on: "value" })?.file ?? "";
    const read =
      env === undefined ? file && readSecretFile(resolve(world.directory, dirname(layer), file)) : environment.get(env);
    const value = read instanceof Uint8Array ? textOf(read) : read;
    const problem = value === undefined && read !== undefined ? "not-text" : problemOf(value ?? "");
    if (problem !== undefined) diagnostics.push(finding("bad-secret-value", key(path), { secret: name, problem }));
    // A workflow hands over a secret that does not exist as an empty variable.
    else if (value) values.set(name, value);
  }
  return { value: values, diagnostics };
}

/** Nothing where it cannot be read. */
function readSecretFile(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (cause) {
    codeOf(cause);
    return undefined;
  }
}

/** The text of a secret's file without the newline that editors end it with; nothing where it is no text. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.replace(/\r?\n$/, "");
  } catch (cause) {
    if (cause instanceof TypeError) return undefined;
    throw cause;
  }
}

/** What no process can be given. */
function problemOf(value: string): "nul" | "too-long" | undefined {
  if (value.includes("\0")) return "nul";
  return Buffer.byteLength(value) > limits.valueBytes ? "too-long" : undefined;
}

function readSecretsFile(name: string, path: string): Staged<ReadonlyMap<string, string>> {
  try {
    return parseSecretsFile(name, readFileSync(path, "utf8"));
  } catch (cause) {
    const problem = codeOf(cause);
    return { value: new Map(), diagnostics: [finding("not-readable", { file: name }, { file: name, problem })] };
  }
}

function parseSecretsFile(name: string, text: string): Staged<ReadonlyMap<string, string>> {
  const value = new Map<string, string>();
  const diagnostics = text.split(/\r?\n/).flatMap((line, index): Diagnostic[] => {
    if (/^\s*(#|$)/.test(line)) return [];
    const [, variable, raw = ""] = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (variable === undefined) return [finding("bad-secrets-file", { file: name }, { file: name, line: index + 1 })];
    value.set(variable, raw.replace(/^(["'])(.*)\1$/, "$2"));
    return [];
  });
  return { value, diagnostics };
}
