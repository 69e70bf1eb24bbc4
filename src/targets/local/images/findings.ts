import { beside, type Diagnostic, detailTitle, finding, value } from "../../../diagnostics/index.ts";
import { plainWords } from "../../index.ts";
import type { EngineError } from "../api/error.ts";
import { isSilent } from "./attempts.ts";
import { classifyPull, type PullCause } from "./classify-pull.ts";
import { parseReference } from "./reference.ts";
import type { Wanting } from "./wanted.ts";

/** Why an image cannot be had: at the line of the first daemon that wants it, with those of the others beside it. */
export function pullFinding(wanting: Wanting, refused: EngineError): Diagnostic {
  const { message, credentials } = refused;
  const [{ reference: image, daemon, path }] = wanting;
  const { registry, repository, tag, digest } = parseReference(image);
  const args = { daemon, image, registry, repository, version: digest ?? tag ?? "" };
  const details = message === "" ? [] : [{ title: detailTitle.engine, lines: [plainWords(message)] }];
  const more = { ...others(wanting), details };
  const at = value(path);
  const cause = causeOf(refused, image);
  switch (cause.kind) {
    case "name":
      return finding("image-name-unknown", at, { ...args, hidden: cause.hidden, credentials }, more);
    case "login":
      return finding("image-login-refused", at, { ...args, credentials }, more);
    case "network":
      return finding("image-registry-unreachable", at, { ...args, problem: cause.problem }, more);
    case "tag":
      return finding("image-tag-unknown", at, { ...args, hasRepository: refused.hasRepository === true }, more);
    default:
      return finding(names[cause.kind], at, args, more);
  }
}

function causeOf(refused: EngineError, image: string): PullCause {
  if (isSilent(refused)) return { kind: "network", problem: "late" };
  const cause = classifyPull(refused.message, image);
  return cause.kind === "tag" && refused.hasRepository === false ? { kind: "name", hidden: false } : cause;
}

const names = {
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
