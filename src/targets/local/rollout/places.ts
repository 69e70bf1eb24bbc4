import { join, key, type Place, value } from "../../../diagnostics/index.ts";
import type { DaemonIr, StackIr } from "../../../ir/index.ts";
import type { Cause } from "./cause.ts";

/** The place in `alien.yaml` that a cause is about; the daemon itself where there is none nearer. */
export function placeOf(
  cause: Cause,
  { daemon, stack }: { readonly daemon: DaemonIr; readonly stack: StackIr },
): Place {
  if (cause.kind !== "cannot-start") return key(daemon.path);
  if (/\bnetwork\b/i.test(cause.said)) {
    return stack.local.network === undefined ? key(daemon.path) : value("/platforms/local/network");
  }
  return inImage.test(cause.said) ? value(join(daemon.code.path, "image")) : key(daemon.path);
}

/** What is wrong with what the image says is to be run. */
const inImage = /\bexec\b|entrypoint|executable|user|passwd|no command/i;
