/** An image by its tag, and where its registry is asked about it. */
export interface ImageTag {
  readonly registry: string;
  /** As in `library/busybox`. */
  readonly repository: string;
  readonly tag: string;
}

/** Undefined for an image that is named by its digest: it never changes. */
export function imageTag(image: string): ImageTag | undefined {
  if (image.includes("@")) return undefined;
  const [, name = "", tag = "latest"] = /^(.*?)(?::([\w.-]+))?$/.exec(image) ?? [];
  return { ...place(name), tag };
}

function place(name: string): Omit<ImageTag, "tag"> {
  const [first = "", ...rest] = name.split("/");
  const hasRegistry = rest.length > 0 && (/[.:[]/.test(first) || first === "localhost");
  const [registry, repository] = hasRegistry ? [first, rest.join("/")] : ["docker.io", name];
  if (!dockerHub.has(registry)) return { registry, repository };
  return {
    registry: "registry-1.docker.io",
    repository: repository.includes("/") ? repository : `library/${repository}`,
  };
}

const dockerHub: ReadonlySet<string> = new Set(["docker.io", "index.docker.io"]);

/**
 * The digest that a node pulled an image by, from the `imageID` of its container. Undefined where the node does not
 * say, or says it of another repository: the same image may have another digest there.
 */
export function pulledDigest(imageId: string, { registry, repository }: ImageTag): string | undefined {
  const [, name = "", digest] = /^(?:docker-pullable:\/\/)?([^@]+)@(sha256:[0-9a-f]{64})$/.exec(imageId) ?? [];
  const pulled = place(name);
  return pulled.registry === registry && pulled.repository === repository ? digest : undefined;
}

/** Registries on this machine have no certificate. */
export const registryUrl = (registry: string): string =>
  `${/^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(registry) ? "http" : "https"}://${registry}`;

/** Where a token for a refused request is given out, by its `WWW-Authenticate`. */
export function tokenUrl(challenge: string): string | undefined {
  const [, parameters] = /^Bearer\s+(.*)$/i.exec(challenge) ?? [];
  const given = new Map(
    Array.from((parameters ?? "").matchAll(/(\w+)="([^"]*)"/g), ([, name = "", value = ""]) => [name, value]),
  );
  const realm = given.get("realm") ?? "";
  if (!URL.canParse(realm)) return undefined;
  const url = new URL(realm);
  if (registryUrl(url.host) !== `${url.protocol}//${url.host}`) return undefined;
  for (const name of ["service", "scope"]) if (given.has(name)) url.searchParams.set(name, given.get(name) ?? "");
  return url.href;
}

/** What a list of images for several platforms, in either spelling, is called. */
export const listTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
] as const;

export const manifestTypes = [
  ...listTypes,
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
] as const;

/** The digests of the images in a list. */
export function memberDigests(list: unknown): readonly string[] {
  const { manifests } = (list ?? {}) as { readonly manifests?: unknown };
  if (!Array.isArray(manifests)) return [];
  return manifests.flatMap(member => (typeof member?.digest === "string" ? [member.digest] : []));
}
