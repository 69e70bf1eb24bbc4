import { parseReference } from "../images/reference.ts";
import { hasTexts, type InspectedImage, imageOf } from "./answers.ts";
import type { Calls } from "./calls.ts";
import type { RegistryAuth } from "./credentials.ts";
import type { Engine, PullStep } from "./engine.ts";
import { EngineError } from "./error.ts";
import { jsonLines } from "./json-lines.ts";
import type { EngineRequest } from "./line.ts";
import { orMissing, segment } from "./missing.ts";
import type { HasRepository } from "./registry-client.ts";

type Images = "image" | "remoteDigest" | "pull" | "importImage" | "removeImage";

/** The credentials for the registry of an image. */
export type Authenticate = (reference: string) => Promise<RegistryAuth>;

export interface RegistryAccess {
  readonly authenticate: Authenticate;
  /** Only where a registry that the engine knows is the same one for us. */
  readonly hasRepository?: HasRepository;
}

export const imagesOf = (calls: Calls, access: RegistryAccess): Pick<Engine, Images> => ({
  image: async reference => {
    const found = await orMissing(calls.json({ method: "GET", path: `${of(reference)}/json` }, isImage));
    return found === undefined ? undefined : imageOf(found);
  },
  remoteDigest: reference =>
    asSomebody(access, reference, async auth => {
      const request = { method: "GET", path: `/distribution/${segment(reference)}/json`, auth } as const;
      const { Descriptor } = await calls.json(request, isDistribution);
      return Descriptor.digest;
    }),
  pull: (reference, onLayer) =>
    asSomebody(access, reference, async auth => {
      const request = { method: "POST", path: "/images/create", query: wanted(reference), auth } as const;
      for await (const line of reported(calls, request)) onLayer(stepOf(line));
    }),
  importImage: async (tar, reference) => {
    let id = "";
    const query = { fromSrc: "-", ...tagOf(reference), changes: command };
    for await (const { status } of reported(calls, { method: "POST", path: "/images/create", query, file: tar })) {
      id = String(status);
    }
    return id;
  },
  removeImage: async reference => {
    await orMissing(calls.bytes({ method: "DELETE", path: of(reference) }));
  },
});

const of = (reference: string): string => `/images/${segment(reference)}`;

const isImage = (body: unknown): body is InspectedImage => hasTexts("Id", "Os", "Architecture")(body);

interface Distribution {
  readonly Descriptor: { readonly digest: string };
}

const isDistribution = (body: unknown): body is Distribution =>
  typeof body === "object" && body !== null && hasTexts("digest")((body as Partial<Distribution>).Descriptor);

/** Without a tag the engine would pull all of them. */
function wanted(reference: string): Readonly<Record<string, string>> {
  const { registry, repository, tag = "latest", digest } = parseReference(reference);
  return { fromImage: `${registry}/${repository}`, tag: digest ?? tag };
}

/** No container is made of an image without a command, not even one that is never started. */
const command = 'CMD ["/nothing"]';

function tagOf(reference: string): Readonly<Record<string, string>> {
  const colon = reference.lastIndexOf(":");
  const isTagged = colon > reference.lastIndexOf("/");
  return isTagged ? { repo: reference.slice(0, colon), tag: reference.slice(colon + 1) } : { repo: reference };
}

/** What is refused says where the credentials came from, and what is not found, what there is. */
async function asSomebody<T>(
  { authenticate, hasRepository }: RegistryAccess,
  reference: string,
  ask: (auth: ReturnType<RegistryAuth["reveal"]>) => Promise<T>,
): Promise<T> {
  const { source, reveal } = await authenticate(reference);
  try {
    return await ask(reveal());
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    const { message, status, code } = cause;
    const isThere = status === 404 ? await hasRepository?.(reference, reveal()) : undefined;
    throw new EngineError(message, { status, code, credentials: source, hasRepository: isThere, cause });
  }
}

type Line = Readonly<Record<string, unknown>>;

/** What the engine tells about a long work, which may end with why it failed. */
async function* reported(calls: Calls, request: EngineRequest): AsyncGenerator<Line, void> {
  for await (const line of jsonLines(calls.stream(request, { isPatient: true }))) {
    const { error } = line;
    if (typeof error === "string") throw new EngineError(error, { status: statusOf(error) });
    yield line;
  }
}

/** The answer had begun: its status says nothing. */
function statusOf(message: string): number {
  if (/unauthorized|authentication required|denied/i.test(message)) return 401;
  return /not found|unknown/i.test(message) ? 404 : 500;
}

function stepOf({ id, status, progressDetail }: Line): PullStep {
  const { current, total } = (progressDetail ?? {}) as { readonly current?: unknown; readonly total?: unknown };
  return {
    status: String(status),
    ...(typeof id === "string" ? { layer: id } : {}),
    ...(typeof current === "number" ? { current } : {}),
    ...(typeof total === "number" ? { total } : {}),
  };
}
