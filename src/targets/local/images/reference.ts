/** What a name of an image says, as Docker reads it. */
export interface ImageReference {
  /** Host of its registry, with the port where it has one; `docker.io` where none is named. */
  readonly registry: string;
  /** Within the registry: `library/busybox`, `acme/agent`. */
  readonly repository: string;
  /** `latest` where neither a tag nor a digest is given. */
  readonly tag?: string;
  readonly digest?: string;
}

export const dockerHub = "docker.io";

/** The parts of a reference that earlier stages found no error in. */
export function parseReference(reference: string): ImageReference {
  const [named = "", digest] = reference.split("@");
  const colon = named.lastIndexOf(":");
  const isTagged = colon > named.lastIndexOf("/");
  const tag = isTagged ? named.slice(colon + 1) : digest === undefined ? "latest" : undefined;
  return {
    ...placeOf(isTagged ? named.slice(0, colon) : named),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

function placeOf(name: string): Pick<ImageReference, "registry" | "repository"> {
  const slash = name.indexOf("/");
  const first = slash === -1 ? "" : name.slice(0, slash);
  if (!isHost(first)) return onHub(name);
  const rest = name.slice(slash + 1);
  return first === dockerHub || first === "index.docker.io" ? onHub(rest) : { registry: first, repository: rest };
}

/** A host has a dot, a port or a capital letter; without them it is a name on Docker Hub. */
const isHost = (first: string): boolean =>
  first !== "" && (/[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase());

const onHub = (repository: string): Pick<ImageReference, "registry" | "repository"> => ({
  registry: dockerHub,
  repository: repository.includes("/") ? repository : `library/${repository}`,
});

/** The digest in `name@sha256:…`. */
export const digestIn = (reference: string): string => reference.slice(reference.indexOf("@") + 1);
