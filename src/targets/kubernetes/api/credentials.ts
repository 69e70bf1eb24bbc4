import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import type { RequestOptions } from "node:https";
import { dirname, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { load } from "js-yaml";

/** A program that prints credentials, as a kubeconfig names it (`exec`). */
export interface CredentialProgram {
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly apiVersion?: string;
}

/** Where a user's credentials come from that do not stand in the kubeconfig. */
export type CredentialSource = { readonly tokenFile: string } | { readonly program: CredentialProgram };

interface FileUser {
  readonly name: string;
  readonly user?: {
    readonly token?: string | null;
    readonly tokenFile?: string | null;
    readonly exec?: CredentialProgram | null;
  } | null;
}

/** What the users of a kubeconfig get their credentials from, by name; none for those whose credentials stand in it. */
export function credentialSources(content: string, file: string): ReadonlyMap<string, CredentialSource | undefined> {
  const { users } = load(content) as { readonly users?: readonly FileUser[] | null };
  return new Map((users ?? []).map(user => [user.name, sourceOf(user, dirname(file))]));
}

function sourceOf({ user }: FileUser, directory: string): CredentialSource | undefined {
  const { token, tokenFile, exec } = user ?? {};
  if (exec) {
    // As for kubectl: what has a slash is beside the kubeconfig, the rest is looked for in PATH.
    const command = exec.command.includes("/") ? resolve(directory, exec.command) : exec.command;
    return { program: { ...exec, command } };
  }
  return tokenFile && !token ? { tokenFile: resolve(directory, tokenFile) } : undefined;
}

/** Adds credentials to a request. Rejects with what is wrong with them, and never with what was printed as them. */
export type Authenticate = (options: RequestOptions, ends: Ends) => Promise<void>;

export interface Ends {
  /** Ends the waiting of one caller. */
  readonly signal: AbortSignal;
  /** Ends what others may wait for too: the connection is closed. */
  readonly closed: AbortSignal;
}

/** How long a program may take, in milliseconds: it may send somebody to a browser. */
const longest = 120_000;

export function createAuthenticate(source: CredentialSource, limit = longest): Authenticate {
  if ("tokenFile" in source) {
    // It is read each time: whoever put it there replaces it before it ends.
    return async options => bear(options, (await readFile(source.tokenFile, "utf8")).trim());
  }
  const credential = remembered(closed => run(source.program, AbortSignal.any([closed, AbortSignal.timeout(limit)])));
  return async (options, ends) => {
    const { token, clientCertificateData: cert, clientKeyData: key } = await credential(ends);
    if (cert && key) Object.assign(options, { cert, key });
    if (token) bear(options, token.trim());
  };
}

function bear(options: RequestOptions, token: string): void {
  options.headers = { ...options.headers, authorization: `Bearer ${token}` };
}

interface Credential {
  readonly token?: string | null;
  readonly clientCertificateData?: string | null;
  readonly clientKeyData?: string | null;
  readonly expirationTimestamp?: string | null;
}

/**
 * One run serves all that ask at the same time, and all after it until what it printed expires. Who has no time to wait
 * for it, as the renewal of a lock, finds it done at the next attempt.
 */
function remembered(fetch: (closed: AbortSignal) => Promise<Credential>) {
  let known: Promise<Credential> | undefined;
  return async function credential({ signal, closed }: Ends): Promise<Credential> {
    const before = known;
    const found = before && (await unlessAborted(before, signal));
    if (found !== undefined && !hasExpired(found)) return found;
    if (before !== known) return credential({ signal, closed });
    const mine = fetch(closed);
    known = mine;
    mine.catch(() => {
      if (known === mine) known = undefined;
    });
    return unlessAborted(mine, signal);
  };
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

const hasExpired = ({ expirationTimestamp }: Credential): boolean =>
  Boolean(expirationTimestamp) && Date.parse(expirationTimestamp ?? "") <= Date.now();

async function run({ command, args, env, apiVersion }: CredentialProgram, signal: AbortSignal): Promise<Credential> {
  const spec = { apiVersion, kind: "ExecCredential", spec: { interactive: false } };
  const given = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const child = spawn(command, [...(args ?? [])], {
    env: { ...process.env, KUBERNETES_EXEC_INFO: JSON.stringify(spec), ...given },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
    killSignal: "SIGKILL",
  });
  const ended = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  try {
    const [printed, said, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    if (code !== 0) throw new Error(said.trim());
    return credentialIn(JSON.parse(printed));
  } catch (cause) {
    if (signal.aborted) throw new Error("late", { cause });
    throw cause;
  }
}

/** A program that prints something else, prints none. */
function credentialIn(printed: unknown): Credential {
  const { status } = (printed ?? {}) as { readonly status?: Credential | null };
  const { token, clientCertificateData, clientKeyData } = status ?? {};
  const given = [token, clientCertificateData, clientKeyData];
  const areTexts = given.every(value => value === undefined || value === null || typeof value === "string");
  const isUsable = areTexts && Boolean(token || (clientCertificateData && clientKeyData));
  if (!status || !isUsable) throw new Error("no-credential");
  return status;
}
