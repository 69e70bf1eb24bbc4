import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultTiming, type Progress } from "../../src/targets/index.ts";
import { ApiError } from "../../src/targets/kubernetes/api/error.ts";
import { pause, retried } from "../../src/targets/kubernetes/api/retry.ts";
import type { ApiRequest } from "../../src/targets/kubernetes/client.ts";

type Setting = Parameters<typeof retried>[1]["setting"];

const answer = { status: 200, body: {}, date: 0 };
const conflict = new ApiError("", { status: 409, reason: "Conflict" });
const owned = new ApiError("", { status: 409, reason: "Conflict", causes: [{ reason: "FieldManagerConflict" }] });

/** Sends a request that fails as often as there are causes. */
async function sent(causes: readonly unknown[], method: ApiRequest["method"] = "GET", more = {}) {
  const [progress, slept]: [Progress[], number[]] = [[], []];
  let tried = 0;
  const setting = {
    timing: defaultTiming,
    effects: { random: () => 0.5, sleep: async (milliseconds: number) => void slept.push(milliseconds) },
    onProgress: (step: Progress) => void progress.push(step),
    signal: new AbortController().signal,
  } as unknown as Setting;
  const once = async () => {
    const cause = causes[tried++];
    if (cause !== undefined) throw cause;
    return answer;
  };
  const ended = await retried({ method, path: "/" }, { setting, once, ...more }).catch((cause: unknown) => cause);
  return { ended, tried, slept, progress };
}

const failure = (status: number, reason = "") => new ApiError("", { status, reason });

describe("a request is tried again", () => {
  test.each([
    ["where there was no answer", failure(0, "ECONNRESET"), "GET", true],
    ["where the server is busy", failure(429), "POST", true],
    ["where the server fails", failure(503), "DELETE", true],
    ["where an apply met another write", conflict, "PATCH", true],
    ["but not where it met another owner", owned, "PATCH", false],
    ["but not a write to what has changed", conflict, "PUT", false],
    ["but not for a certificate", failure(0, "CERT_HAS_EXPIRED"), "GET", false],
    ["but not what is forbidden", failure(403), "GET", false],
    ["but not what is not there", failure(404), "GET", false],
    ["but not for a bug of ours", new TypeError("bug"), "GET", false],
  ] as const)("%s", async (_, cause, method, again) => {
    const { ended, tried } = await sent([cause], method);
    expect([ended, tried]).toEqual(again ? [answer, 2] : [cause, 1]);
  });

  test("six times at most, each told, each after a longer pause", async () => {
    const causes = Array.from({ length: 9 }, () => failure(500));
    const { ended, tried, slept, progress } = await sent(causes);
    expect([ended, tried]).toEqual([causes[5], 6]);
    expect(slept).toEqual([1, 2, 4, 8, 16].map(times => defaultTiming.retry * times * 0.75));
    expect(progress).toEqual([1, 2, 3, 4, 5].map(attempt => ({ kind: "retrying", problem: "500", attempt })));
  });

  test("as often as the caller wants, and not after silence where he is impatient", async () => {
    const silence = failure(0, "ETIMEDOUT");
    expect((await sent([silence, silence, silence], "GET", { attempts: 2 })).tried).toBe(2);
    expect((await sent([silence], "GET", { impatient: true })).tried).toBe(1);
    expect((await sent([failure(0, "ECONNREFUSED")], "GET", { impatient: true })).tried).toBe(2);
  });
});

test("a pause is as long as the server wants, within the time of a call, and never longer than it doubled", () => {
  const attempts = fc.integer({ min: 1, max: 8 });
  const wishes = fc.option(fc.integer({ min: -1000, max: 10 ** 9 }), { nil: undefined });
  const chances = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(attempts, wishes, chances, (attempt, retryAfter, chance) => {
      const setting = { timing: defaultTiming, effects: { random: () => chance } };
      const found = pause({ retryAfter }, attempt, setting as never);
      const longest = defaultTiming.retry * 2 ** (attempt - 1);
      const asked = Math.min(retryAfter ?? 0, defaultTiming.call);
      expect(found).toBeGreaterThanOrEqual(Math.max(longest / 2, asked));
      expect(found).toBeLessThanOrEqual(Math.max(longest, asked));
    }),
  );
});
