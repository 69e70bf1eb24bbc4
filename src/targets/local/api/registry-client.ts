import { dockerHub, parseReference } from "../images/reference.ts";
import type { AuthConfig } from "./credentials.ts";

/**
 * Whether a registry has the repository of an image: engines are told "not found", and not what. Undefined where it does
 * not say.
 */
export type HasRepository = (reference: string, auth: AuthConfig | undefined) => Promise<boolean | undefined>;

/** It is only a better word for what is wrong already. */
const limit = 5_000;

export const hasRepository: HasRepository = async (reference, auth) => {
  const { registry, repository } = parseReference(reference);
  // It denies what it does not have.
  if (registry === dockerHub) return undefined;
  const signal = AbortSignal.timeout(limit);
  try {
    return told(await ask(`${addressOf(registry)}/v2/${repository}/tags/list?n=1`, { auth, signal }));
  } catch (cause) {
    // What `fetch` and the readers of its answers throw: no network, no certificate, no JSON, no time.
    if (cause instanceof TypeError || cause instanceof SyntaxError || signal.aborted) return undefined;
    throw cause;
  }
};

/** Registries on this machine have no certificate. */
const addressOf = (host: string): string =>
  `${/^(?:localhost|127\.[\d.]+|\[::1\])(?::\d+)?$/.test(host) ? "http" : "https"}://${host}`;

interface Answer {
  readonly status: number;
  readonly body: string;
}

function told({ status, body }: Answer): boolean | undefined {
  if (status === 200) return true;
  return status === 404 && body.includes("NAME_UNKNOWN") ? false : undefined;
}

interface Asking {
  readonly auth: AuthConfig | undefined;
  readonly signal: AbortSignal;
}

/** Asks without credentials first: only what the registry then wants is sent. */
async function ask(url: string, { auth, signal }: Asking): Promise<Answer> {
  const first = await fetch(url, { signal });
  if (first.status !== 401) return { status: first.status, body: await first.text() };
  const authorization = await authorizationFor(first.headers.get("www-authenticate") ?? "", { auth, signal });
  if (authorization === undefined) return { status: 401, body: "" };
  const second = await fetch(url, { signal, headers: { authorization } });
  return { status: second.status, body: await second.text() };
}

async function authorizationFor(challenge: string, { auth, signal }: Asking): Promise<string | undefined> {
  const basic = basicOf(auth);
  if (/^Basic\b/i.test(challenge)) return basic;
  const url = tokenUrl(challenge);
  if (url === undefined) return undefined;
  const answer = await fetch(url, { signal, headers: basic === undefined ? {} : { authorization: basic } });
  const { token, access_token: access } = (await answer.json()) as Readonly<Record<string, unknown>>;
  const given = [token, access].find(text => typeof text === "string");
  return given === undefined ? undefined : `Bearer ${given}`;
}

const basicOf = (auth: AuthConfig | undefined): string | undefined =>
  auth?.username === undefined
    ? undefined
    : `Basic ${Buffer.from(`${auth.username}:${auth.password ?? ""}`).toString("base64")}`;

/** Where tokens are given out: nowhere that would see the credentials in the clear. Throws where it is no address. */
function tokenUrl(challenge: string): string | undefined {
  if (!/^Bearer\b/i.test(challenge)) return undefined;
  const given = new Map(
    Array.from(challenge.matchAll(/(\w+)="([^"]*)"/g), ([, name = "", value = ""]) => [name, value]),
  );
  const realm = given.get("realm") ?? "";
  const url = new URL(realm);
  if (addressOf(url.host) !== `${url.protocol}//${url.host}`) return undefined;
  for (const name of ["service", "scope"]) if (given.has(name)) url.searchParams.set(name, given.get(name) ?? "");
  return url.href;
}
