import type { ImagePart } from "../diagnostics/index.ts";

export interface ImageReference {
  readonly name: string;
  readonly tag: string;
  readonly digest: string;
}

const host =
  /^(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*)(:[0-9]{1,5})?$/;
const component = /^[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*$/;
const tagForm = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const digestForm = /^([A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*):([0-9a-fA-F]{32,})$/;

/** The parts of an image reference, or the part that is wrong. */
export function parseImage(image: string): ImageReference | ImagePart {
  if (/\s/.test(image)) return "space";
  if (/^[a-z]+:\/\//.test(image)) return "scheme";
  const [reference = "", digest = "", ...rest] = image.split("@");
  if (rest.length > 0 || (image.includes("@") && !isDigest(digest))) return "digest";
  const colon = reference.lastIndexOf(":");
  const tagged = colon > reference.lastIndexOf("/");
  const name = tagged ? reference.slice(0, colon) : reference;
  const tag = tagged ? reference.slice(colon + 1) : "";
  if (tagged && !tagForm.test(tag)) return "tag";
  return badName(name) ?? { name, tag, digest };
}

function isDigest(digest: string): boolean {
  const [, algorithm, , hex] = digestForm.exec(digest) ?? [];
  return hex !== undefined && (algorithm !== "sha256" || hex.length === 64);
}

function badName(name: string): ImagePart | undefined {
  if (name.length > 255) return "length";
  const [first = "", ...others] = name.split("/");
  const hasRegistry =
    others.length > 0 && (/[.:[]/.test(first) || first === "localhost" || first !== first.toLowerCase());
  if (hasRegistry && !host.test(first)) return "registry";
  return (hasRegistry ? others : [first, ...others]).every(part => component.test(part)) ? undefined : "path";
}
