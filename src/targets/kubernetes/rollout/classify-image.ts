import { plainWords } from "../../index.ts";
import { type ImageCauseKind, permanent, type Trouble, transient } from "./cause.ts";

/** What may pass: the network, a busy registry, a certificate that is being renewed. Looked for first. */
const passing =
  /no such host|connection re(?:fused|set)|timeout|timed out|deadline exceeded|\btls\b|x509|certificate|HTTP response to HTTPS|too ?many ?requests|rate limit|\b429\b|\b5\d\d\b|\bEOF\b|unreachable|no route to host|server misbehaving|temporary failure|service unavailable|bad gateway|internal server error|context canceled|no space left/i;

/** What stays, in the words of dockershim, containerd and CRI-O. Registries say "denied" of what does not exist, too. */
const staying: readonly (readonly [ImageCauseKind, RegExp])[] = [
  ["image-name-invalid", /invalid reference format|couldn't parse image|invalid image name/i],
  ["image-wrong-platform", /no match(?:ing manifest)? for|no image found in (?:manifest list|image index)/i],
  [
    "image-denied",
    /unauthorized|denied|forbidden|authentication required|no basic auth credentials|insufficient_scope|authorization failed|may require|\b40[13]\b/i,
  ],
  [
    "image-missing",
    /manifest unknown|name unknown|repository .*not found|not found|no such image|does not exist|\b404\b/i,
  ],
];

export interface WaitingImage {
  readonly image: string;
  readonly reason: string;
  readonly message: string;
  /** What the last failed pull said: a container that backs off does not repeat it. */
  readonly pulled: string | undefined;
}

const reasons: Readonly<Record<string, ImageCauseKind | "pull">> = {
  ErrImagePull: "pull",
  ImagePullBackOff: "pull",
  RegistryUnavailable: "image-pull-failing",
  ImageInspectError: "pull",
  InvalidImageName: "image-name-invalid",
  ErrImageNeverPull: "image-not-present",
};

/** Why an image does not get onto the node; undefined where the reason is another one. */
export function imageTrouble({ image, reason, message, pulled }: WaitingImage): Trouble | undefined {
  const known = reasons[reason];
  if (known === undefined) return undefined;
  const text = /^Back-off pulling image "[^"]*"$/.test(message) || message === "" ? (pulled ?? message) : message;
  const kind = known === "pull" ? pullCause(text, image) : known;
  const cause = { kind, image, said: plainWords(text) || reason };
  return kind === "image-pull-failing" ? transient(cause) : permanent(cause);
}

function pullCause(text: string, image: string): ImageCauseKind {
  const words = withoutNames(text, image);
  if (passing.test(words)) return "image-pull-failing";
  return staying.find(([, pattern]) => pattern.test(words))?.[0] ?? "image-pull-failing";
}

/** An image may be called `timeout`. */
function withoutNames(text: string, image: string): string {
  const repository = image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  return [image, repository].reduce(
    (left, name) => (name === "" ? left : left.replaceAll(name, "…")),
    text.replaceAll(/"[^"]*"/g, "…"),
  );
}
