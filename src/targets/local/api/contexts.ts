import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../../index.ts";
import type { ConnectOptions } from "../open-options.ts";

/** Where the engine listens when nothing is said. */
export const defaultHost: string =
  process.platform === "win32" ? "npipe:////./pipe/docker_engine" : "unix:///var/run/docker.sock";

/** A Docker context, as far as it says where an engine is. */
export interface DockerContext {
  readonly host: string;
  readonly skipVerification: boolean;
  /** Only the files that are there. */
  readonly certificates: Certificates;
}

/** In the form of PEM files. */
export interface Certificates {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** A file that is there and says nothing that can be used. */
export interface Damage {
  readonly file: string;
  /** `syntax`, `shape`, or the system's word for why it cannot be read. */
  readonly problem: string;
}

export const isDamage = (found: unknown): found is Damage =>
  typeof found === "object" && found !== null && "problem" in found;

/** The directory of Docker's own configuration; undefined without a home. */
export function configDirectory({ DOCKER_CONFIG, HOME, USERPROFILE }: ConnectOptions["environment"]) {
  const home = HOME || USERPROFILE;
  return DOCKER_CONFIG || (home ? join(home, ".docker") : undefined);
}

/** The context that `docker context use` chose. */
export function currentContext(directory: string): string | undefined | Damage {
  const file = join(directory, "config.json");
  if (!existsSync(file)) return undefined;
  const config = readJson(file);
  if (isDamage(config)) return config;
  const { currentContext: name } = config as { readonly currentContext?: unknown };
  return typeof name === "string" && name !== "" ? name : undefined;
}

/** Names of the contexts that `docker context create` made. */
export function contextNames(directory: string): readonly string[] {
  const metas = join(directory, "contexts/meta");
  if (!existsSync(metas)) return [];
  const found = readdirSync(metas).map(entry => join(metas, entry, "meta.json"));
  const names = found.filter(file => existsSync(file)).map(file => (readJson(file) as { Name?: unknown }).Name);
  return names.filter(name => typeof name === "string").sort();
}

/** Undefined where there is none of that name. */
export function readContext(directory: string, name: string): DockerContext | undefined | Damage {
  const id = digestOf(name);
  const file = join(directory, "contexts/meta", id, "meta.json");
  if (!existsSync(file)) return undefined;
  const meta = readJson(file);
  if (isDamage(meta)) return meta;
  const { Host: host, SkipTLSVerify } = (meta as Meta).Endpoints?.docker ?? {};
  if (typeof host !== "string" || host === "") return { file, problem: "shape" };
  const certificates = readCertificates(join(directory, "contexts/tls", id, "docker"));
  if (isDamage(certificates)) return certificates;
  return { host, skipVerification: SkipTLSVerify === true, certificates };
}

interface Meta {
  readonly Endpoints?: { readonly docker?: { readonly Host?: unknown; readonly SkipTLSVerify?: unknown } };
}

/** What stands in `ca.pem`, `cert.pem` and `key.pem` of a directory. */
export function readCertificates(directory: string): Certificates | Damage {
  const found: Record<string, string> = {};
  for (const name of ["ca", "cert", "key"]) {
    const file = join(directory, `${name}.pem`);
    if (!existsSync(file)) continue;
    const text = read(file);
    if (isDamage(text)) return text;
    found[name] = text;
  }
  return found;
}

function readJson(file: string): object | Damage {
  const text = read(file);
  if (isDamage(text)) return text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : { file, problem: "shape" };
  } catch (cause) {
    // What it says quotes from the file.
    if (cause instanceof SyntaxError) return { file, problem: "syntax" };
    throw cause;
  }
}

function read(file: string): string | Damage {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    return { file, problem: code };
  }
}
