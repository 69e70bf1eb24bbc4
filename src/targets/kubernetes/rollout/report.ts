import { beside, type Diagnostic, finding, join, key, value } from "../../../diagnostics/index.ts";
import type { DaemonIr, StackIr } from "../../../ir/index.ts";
import { envSecretName } from "../../../render/index.ts";
import type { Timing } from "../../index.ts";
import type { Cause, Trouble } from "./cause.ts";
import { type DetailSetting, detailsOf } from "./details.ts";
import type { Verdict } from "./judge.ts";
import { memoryLimit, placeOf } from "./places.ts";
import type { DaemonResult } from "./wait.ts";

export interface FailureContext extends Omit<DetailSetting, "evidence"> {
  readonly daemon: DaemonIr;
  readonly stack: StackIr;
  readonly namespace: string;
  readonly timing: Pick<Timing, "silence" | "timeout">;
  /** Hides the values of secrets. */
  mask(text: string): string;
}

/** Why a daemon did not become ready, at the line that it comes from; nothing of one that is ready, or was not waited for. */
export function resultDiagnostic(result: DaemonResult, context: FailureContext): Diagnostic | undefined {
  const { end, verdict, evidence, lasted } = result;
  if (end === "ready" || end === "pending") return undefined;
  const failed = { ...context, verdict, evidence, lasted };
  if (verdict.trouble !== undefined) return failureDiagnostic(verdict.trouble, failed);
  const { daemon, timing, mask } = context;
  const detail = verdict.detail === undefined ? undefined : mask(verdict.detail);
  const args = { daemon: daemon.id, detail, look: lookCommand(undefined, failed) };
  const more = { details: maskedDetails(failed) };
  return end === "silent"
    ? finding("rollout-silent", key(daemon.path), { ...args, silence: timing.silence }, more)
    : finding("rollout-timeout", key(daemon.path), { ...args, timeout: timing.timeout }, more);
}

/** One failure, and what is known around it. */
export interface FailureOf extends FailureContext, DetailSetting {
  readonly verdict: Verdict;
  readonly lasted?: number | undefined;
}

/** The finding of one cause. Without `lasted` it is one that does not pass. */
export function failureDiagnostic({ cause }: Trouble, context: FailureOf): Diagnostic {
  const at = placeOf(cause, { ...context, deployment: context.evidence.deployment });
  const more = { details: maskedDetails(context) };
  const { daemon, namespace, stack, lasted, mask } = context;
  const args = { daemon: daemon.id, lasted, namespace, look: lookCommand(cause, context) };
  const said = "said" in cause ? mask(cause.said) : "";
  switch (cause.kind) {
    case "image-missing":
    case "image-name-invalid":
    case "image-not-present":
    case "image-wrong-platform":
      return finding(cause.kind, at, { ...args, image: cause.image }, more);
    case "image-denied":
      return imageDenied(cause.image, context);
    case "image-pull-failing":
      return finding(cause.kind, at, { ...args, image: cause.image, said }, more);
    case "secret-missing":
      return finding("daemon-secret-missing", at, { ...args, ...cause, own: isOwn(cause.secret, context) }, more);
    case "secret-key-missing":
      return finding("daemon-secret-key-missing", at, { ...args, ...cause, own: isOwn(cause.secret, context) }, more);
    case "crash":
      return finding("crash-loop", at, { ...args, exitCode: cause.exitCode, signal: cause.signal }, more);
    case "out-of-memory":
      return finding(cause.kind, at, { ...args, limit: memoryLimit(stack) }, more);
    case "account-missing":
      return finding(cause.kind, at, { ...args, account: cause.account }, more);
    case "other-container":
      return finding("rollout-stuck", at, { ...args, said: `${cause.container}: ${said}` }, more);
    default:
      return finding(names[cause.kind], at, { ...args, said }, more);
  }
}

const names = {
  "cannot-start": "container-cannot-start",
  exits: "daemon-exits",
  refused: "pod-refused",
  "not-schedulable": "not-schedulable",
  "scaled-down": "daemon-scaled-down",
  paused: "daemon-paused",
  mount: "rollout-stuck",
  disrupted: "rollout-stuck",
  unknown: "rollout-stuck",
} as const;

function imageDenied(image: string, context: FailureOf): Diagnostic {
  const { daemon, stack } = context;
  const pullSecrets = stack.kubernetes.imagePullSecrets;
  const look = lookCommand(undefined, context);
  const related = pullSecrets.length === 0 ? [] : [{ message: beside.declared, at: pullSecretsPlace }];
  const at = value(join(daemon.code.path, "image"));
  const more = { details: maskedDetails(context), related };
  return finding("image-denied", at, { daemon: daemon.id, image, pullSecrets, look }, more);
}

const pullSecretsPlace = key("/platforms/kubernetes/imagePullSecrets");

const isOwn = (secret: string, { stack, daemon }: FailureOf): boolean =>
  secret.startsWith(envSecretName(stack.stack, daemon.id));

const maskedDetails = (context: FailureOf) =>
  detailsOf(context).map(({ title, lines }) => ({ title, lines: lines.map(line => context.mask(line)) }));

const ended: ReadonlySet<Cause["kind"] | undefined> = new Set(["crash", "exits", "out-of-memory"]);

/** The command that shows more. */
function lookCommand(cause: Cause | undefined, { namespace, verdict: { pod }, evidence }: FailureOf): string {
  const kubectl = `kubectl -n ${namespace}`;
  if (pod !== undefined)
    return `${kubectl} ${ended.has(cause?.kind) ? `logs ${pod} --previous` : `describe pod ${pod}`}`;
  const name = evidence.deployment?.metadata.name;
  return `${kubectl} ${name === undefined ? "get deployments" : `describe deployment ${name}`}`;
}
