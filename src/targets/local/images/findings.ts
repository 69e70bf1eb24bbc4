import { beside, type Diagnostic, detailTitle, finding, value } from "../../../diagnostics/index.ts";
import { plainWords } from "../../index.ts";
import type { EngineError } from "../api/error.ts";
import { classifyPull } from "./classify-pull.ts";
import { parseReference } from "./reference.ts";
import type { Wanting } from "./wanted.ts";

/** Why an image cannot be had: at the line of the first daemon that wants it, with those of the others beside it. */
export function pullFinding(wanting: Wanting, { message, credentials }: EngineError): Diagnostic {
  const [{ reference: image, daemon, path }] = wanting;
  const { registry, repository, tag, digest } = parseReference(image);
  const args = { daemon, image, registry, repository, version: digest ?? tag ?? "" };
  const more = { ...others(wanting), details: [{ title: detailTitle.engine, lines: [plainWords(message)] }] };
  const at = value(path);
  const cause = classifyPull(message, image);
  switch (cause.kind) {
    case "name":
      return finding("image-name-unknown", at, { ...args, hidden: cause.hidden, credentials }, more);
    case "login":
      return finding("image-login-refused", at, { ...args, credentials }, more);
    case "network":
      return finding("image-registry-unreachable", at, { ...args, problem: cause.problem }, more);
    default:
      return finding(names[cause.kind], at, args, more);
  }
}

const names = {
  tag: "image-tag-unknown",
  platform: "image-platform-missing",
  limit: "image-pull-limit",
  disk: "image-disk-full",
  invalid: "image-reference-refused",
  registry: "image-registry-failing",
  other: "image-registry-failing",
} as const;

/** Nothing may be pulled, and it is not there. */
export function notOnEngine(wanting: Wanting): Diagnostic {
  const [{ daemon, reference, path }] = wanting;
  return finding("image-not-on-engine", value(path), { daemon, image: reference }, others(wanting));
}

const others = ([, ...rest]: Wanting) => ({
  related: rest.map(({ path }) => ({ message: beside.sameImage, at: value(path) })),
});
