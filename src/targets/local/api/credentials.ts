import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { dockerHub, parseReference } from "../images/reference.ts";
import { configDirectory } from "./contexts.ts";

/** What the engine hands to a registry. */
export interface AuthConfig {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly serveraddress: string;
}

/** Where credentials come from; never what they are. */
export type CredentialSource =
  | { readonly kind: "none" }
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "variable"; readonly variable: string }
  | { readonly kind: "helper"; readonly program: string }
  /** They could not be read, and there are none. */
  | { readonly kind: "failed-helper"; readonly program: string; readonly problem: HelperProblem }
  /** `syntax`, or the system's word for why it cannot be read. */
  | { readonly kind: "bad-file"; readonly file: string; readonly problem: string }
  | { readonly kind: "bad-variable"; readonly variable: string };

type HelperProblem = "missing" | "late" | "failed" | "bad";

export interface RegistryAuth {
  readonly source: CredentialSource;
  /** The credentials themselves, which whatever prints this does not see. */
  reveal(): AuthConfig | undefined;
}

export interface CredentialOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** How long a program may take, in milliseconds. */
  readonly limit?: number;
}

interface DockerConfig {
  readonly auths?: Readonly<Record<string, AuthEntry | null>> | null;
  readonly credHelpers?: Readonly<Record<string, string>> | null;
  readonly credsStore?: string | null;
}

interface AuthEntry {
  /** Base64 of `username:password`. */
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
}

/** The key of Docker Hub in Docker's configuration, and what its helpers are asked for. */
const hubKey = "https://index.docker.io/v1/";
/** Credentials as JSON, in the form of `config.json`; they come first. */
const variable = "DOCKER_AUTH_CONFIG";
/** Programs ask key chains, which may ask people. */
const longest = 60_000;

/**
 * The credentials that the Docker CLI would use for an image. What is wrong with the configuration only says so: most
 * images need none. Rejects when the signal ends it.
 */
export async function registryAuth(reference: string, options: CredentialOptions): Promise<RegistryAuth> {
  const { registry } = parseReference(reference);
  const server = registry === dockerHub ? hubKey : registry;
  const given = fromVariable(server, options.environment[variable]);
  if (given !== undefined) return given;
  const directory = configDirectory(options.environment);
  if (directory === undefined) return none({ kind: "none" });
  const file = join(directory, "config.json");
  const config = await readConfig(file);
  if (config === undefined) return none({ kind: "none" });
  if (typeof config === "string") return none({ kind: "bad-file", file, problem: config });
  const helper = valueFor(config.credHelpers, server) ?? config.credsStore;
  if (typeof helper === "string" && helper !== "") return fromHelper(server, helper, options);
  return known(server, config, { kind: "file", file }) ?? none({ kind: "none" });
}

const none = (source: CredentialSource): RegistryAuth => ({ source, reveal: () => undefined });
const some = (source: CredentialSource, auth: AuthConfig): RegistryAuth => ({ source, reveal: () => auth });

function fromVariable(server: string, content: string | undefined): RegistryAuth | undefined {
  if (content === undefined || content.trim() === "") return undefined;
  const config = parseConfig(content);
  if (config === undefined) return none({ kind: "bad-variable", variable });
  return known(server, config, { kind: "variable", variable });
}

/** Undefined where there is none, and a word where it cannot be read. */
async function readConfig(file: string): Promise<DockerConfig | string | undefined> {
  try {
    return parseConfig(await readFile(file, "utf8")) ?? "syntax";
  } catch (cause) {
    const { code = "" } = cause as NodeJS.ErrnoException;
    return code === "ENOENT" ? undefined : code;
  }
}

function parseConfig(content: string): DockerConfig | undefined {
  try {
    const config: unknown = JSON.parse(content);
    return typeof config === "object" && config !== null ? config : undefined;
  } catch (cause) {
    // What it says quotes from the file.
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

/** Keys are hosts, or what used to be typed for them: with a scheme, with a path. */
function valueFor<T>(entries: Readonly<Record<string, T>> | null | undefined, server: string): T | undefined {
  const all = Object.entries(entries ?? {});
  const host = hostOf(server);
  return (all.find(([name]) => name === server) ?? all.find(([name]) => hostOf(name) === host))?.[1];
}

function hostOf(name: string): string {
  const host = name.replace(/^https?:\/\//, "").split("/", 1)[0] ?? "";
  return host === "index.docker.io" || host === "registry-1.docker.io" ? dockerHub : host;
}

function known(server: string, { auths }: DockerConfig, source: CredentialSource): RegistryAuth | undefined {
  const auth = authOf(server, valueFor(auths, server));
  return auth === undefined ? undefined : some(source, auth);
}

function authOf(serveraddress: string, entry: AuthEntry | null | undefined): AuthConfig | undefined {
  const { auth, identitytoken } = entry ?? {};
  if (identitytoken) return { identitytoken, serveraddress };
  const decoded = auth ? Buffer.from(auth, "base64").toString("utf8") : "";
  const colon = decoded.indexOf(":");
  const [username, password] =
    colon === -1 ? [entry?.username, entry?.password] : [decoded.slice(0, colon), decoded.slice(colon + 1)];
  // Some tools fill the field up with zero bytes.
  return username ? { username, password: (password ?? "").replace(/\0+$/, ""), serveraddress } : undefined;
}

async function fromHelper(server: string, helper: string, options: CredentialOptions): Promise<RegistryAuth> {
  const program = `docker-credential-${helper}`;
  const answer = await askHelper(program, server, options);
  if (answer === undefined) return none({ kind: "none" });
  if (typeof answer === "string") return none({ kind: "failed-helper", program, problem: answer });
  return some({ kind: "helper", program }, answer);
}

/** Undefined where it has no credentials for the registry. What it prints is never shown: it may be a credential. */
async function askHelper(
  program: string,
  server: string,
  { environment, signal, limit = longest }: CredentialOptions,
): Promise<AuthConfig | HelperProblem | undefined> {
  const late = AbortSignal.timeout(limit);
  try {
    const { printed, code } = await run(program, server, { environment, signal: AbortSignal.any([signal, late]) });
    if (code === 0) return answerOf(server, printed);
    return /credentials not found/i.test(printed) ? undefined : "failed";
  } catch (cause) {
    signal.throwIfAborted();
    if (late.aborted) return "late";
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    return code === "ENOENT" || code === "EACCES" ? "missing" : "failed";
  }
}

function answerOf(serveraddress: string, printed: string): AuthConfig | HelperProblem | undefined {
  const { Username: username, Secret: password } = (parseConfig(printed) ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof username !== "string" || typeof password !== "string") return "bad";
  if (username === "<token>") return { identitytoken: password, serveraddress };
  return username === "" && password === "" ? undefined : { username, password, serveraddress };
}

interface Ran {
  readonly printed: string;
  readonly code: number | null;
}

async function run(
  program: string,
  input: string,
  { environment, signal }: Pick<CredentialOptions, "environment" | "signal">,
): Promise<Ran> {
  const child = spawn(program, ["get"], {
    env: { ...process.env, ...environment },
    stdio: ["pipe", "pipe", "ignore"],
    signal,
    killSignal: "SIGKILL",
  });
  const ended = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  // A program may end without reading what it is asked for.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [printed, code] = await Promise.all([text(child.stdout), ended]);
  return { printed, code };
}
