import { type ImageTag, listTypes, manifestTypes, memberDigests, registryUrl, tokenUrl } from "./probe/image-tag.ts";

/**
 * Every digest that a tag stands for now: its own, and for a list of platforms those of its members. Asks without
 * credentials. Undefined where the registry does not tell, does not answer, or the signal ended it.
 */
export async function digestsOfTag(image: ImageTag, signal: AbortSignal): Promise<readonly string[] | undefined> {
  try {
    return await ask(image, signal);
  } catch (cause) {
    // `fetch` and the readers of its answers fail with these: no network, no certificate, no JSON, no time.
    if (cause instanceof TypeError || cause instanceof SyntaxError || signal.aborted) return undefined;
    throw cause;
  }
}

async function ask({ registry, repository, tag }: ImageTag, signal: AbortSignal) {
  const url = `${registryUrl(registry)}/v2/${repository}/manifests/${tag}`;
  const head = await manifest(url, { method: "HEAD", signal });
  const digest = head?.answer.headers.get("docker-content-digest");
  if (head === undefined || !digest) return undefined;
  const type = head.answer.headers.get("content-type")?.split(";")[0]?.trim();
  if (!listTypes.some(list => list === type)) return [digest];
  const list = await manifest(url, { method: "GET", signal, token: head.token });
  return list === undefined ? undefined : [digest, ...memberDigests(await list.answer.json())];
}

interface Asking {
  readonly method: "HEAD" | "GET";
  readonly signal: AbortSignal;
  readonly token?: string | undefined;
}

interface Answered {
  readonly answer: Response;
  /** What was asked with. */
  readonly token: string | undefined;
}

/** Asks for a manifest, once more with a token where the registry wants one. */
async function manifest(url: string, { method, signal, token }: Asking): Promise<Answered | undefined> {
  const headers = {
    accept: manifestTypes.join(", "),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const answer = await fetch(url, { method, headers, signal });
  if (answer.ok) return { answer, token };
  if (answer.status !== 401 || token !== undefined) return undefined;
  const given = await tokenFor(answer.headers.get("www-authenticate") ?? "", signal);
  return given === undefined ? undefined : manifest(url, { method, signal, token: given });
}

/** Many registries want a token from everybody, and give one to anybody. */
async function tokenFor(challenge: string, signal: AbortSignal): Promise<string | undefined> {
  const url = tokenUrl(challenge);
  const answer = url === undefined ? undefined : await fetch(url, { signal });
  if (!answer?.ok) return undefined;
  const { token, access_token: access } = (await answer.json()) as { token?: unknown; access_token?: unknown };
  return [token, access].find(given => typeof given === "string");
}
