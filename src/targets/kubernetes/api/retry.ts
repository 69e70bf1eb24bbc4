import type { ApiRequest, ApiResponse } from "../client.ts";
import type { CallOptions, ClusterSetting } from "./cluster.ts";
import { ApiError, isCertificate } from "./error.ts";

const mostAttempts = 6;

interface Retrying extends Omit<CallOptions, "accepts"> {
  readonly setting: ClusterSetting;
  readonly once: () => Promise<ApiResponse>;
}

/** Sends a request again while that can help, with a pause before each. */
export async function retried(request: ApiRequest, retrying: Retrying): Promise<ApiResponse> {
  const { setting, attempts = mostAttempts, impatient = false, once } = retrying;
  for (let attempt = 1; ; attempt++) {
    try {
      return await once();
    } catch (cause) {
      if (!(cause instanceof ApiError) || attempt >= attempts || !mayHelp(request, cause)) throw cause;
      if (impatient && cause.reason === "ETIMEDOUT") throw cause;
      setting.onProgress({ kind: "retrying", problem: problemOf(cause), attempt });
      await setting.effects.sleep(pause(cause, attempt, setting), setting.signal);
    }
  }
}

/** A word for what went wrong. */
export const problemOf = ({ status, reason }: ApiError): string => (status === 0 ? reason : String(status));

/** Whether the same request may be answered otherwise. */
function mayHelp({ method }: ApiRequest, error: ApiError): boolean {
  // An apply that met another write, not another owner.
  if (error.status === 409) return method === "PATCH" && error.reason === "Conflict" && error.causes.length === 0;
  return passes(error);
}

/** No answer, too many requests, the server's own trouble: gone after a while. A certificate stays what it is. */
export const passes = (error: ApiError): boolean =>
  (error.status === 0 && !isCertificate(error)) || error.status === 429 || error.status >= 500;

/** Doubles from attempt to attempt, shortened at random so that many do not come back at once. */
export function pause(
  { retryAfter }: Pick<ApiError, "retryAfter">,
  attempt: number,
  { timing, effects }: Pick<ClusterSetting, "timing" | "effects">,
): number {
  const longest = timing.retry * 2 ** (attempt - 1);
  return Math.max(longest / 2 + (effects.random() * longest) / 2, Math.min(retryAfter ?? 0, timing.call));
}
