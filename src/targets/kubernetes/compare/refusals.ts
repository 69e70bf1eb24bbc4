import { type Diagnostic, finding, key } from "../../../diagnostics/index.ts";
import { type ApiError, isStatus } from "../api/error.ts";
import type { DesiredObject } from "./desired.ts";

/** Kubernetes lets nobody give rights that they do not have. */
export const isGrantRefusal = (cause: unknown): cause is ApiError =>
  isStatus(cause, 403) &&
  /attempting to grant (?:extra privileges|RBAC permissions not currently held)/.test(cause.message);

/** A refusal of the object itself, not of the caller: by the API server, a quota or an admission webhook. */
export const isRefusal = (cause: unknown): cause is ApiError =>
  isStatus(cause, 400, 413, 422) ||
  (isStatus(cause, 403) && !/ cannot \w+ resource /.test(cause.message)) ||
  (isStatus(cause, 409) && /quota/.test(cause.message));

/** The field that an object keeps as long as it is there, where that is why a change is refused; empty if not named. */
export function immutableField({ status, causes, message }: ApiError): string | undefined {
  if (status !== 422) return undefined;
  for (const reason of lasting) {
    const named = causes.find(cause => reason.test(cause.message ?? ""));
    if (named !== undefined || reason.test(message)) return named?.field ?? "";
  }
  return undefined;
}

const lasting = [
  /immutable|cannot change roleRef/,
  // Another strategy has parameters that `Recreate` must not have, and nobody owns those that the server filled in.
  /may not be specified when strategy `type` is/,
];

/** The refusal as a finding at what causes the object. */
export function refusalFinding(cause: ApiError, desired: Pick<DesiredObject, "object" | "path">): Diagnostic {
  const { kind, metadata } = desired.object;
  if (isGrantRefusal(cause)) {
    const reason = cause.message.replace(/^.*attempting to grant[^:]*:\s*/s, "").replaceAll(/\s+/g, " ");
    return finding("cannot-grant", key(desired.path), { name: metadata.name, reason });
  }
  return finding("object-refused", key(desired.path), { kind, name: metadata.name, reason: words(cause) });
}

/** What the server says, without repeating what it is about. */
function words({ message, causes }: ApiError): string {
  const said = causes.map(({ field, message: text }) => [field, text].filter(Boolean).join(": "));
  const text = said.length > 0 ? said.join("; ") : message.replace(/^\S+ "[^"]*" is (?:forbidden|invalid): /, "");
  return text.replaceAll(/\s+/g, " ").slice(0, 500);
}
