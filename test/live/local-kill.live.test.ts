import { beforeAll, describe, expect, test, vi } from "vitest";
import { createWorkplace } from "./cli.ts";
import { buildScriptImage, hasEngine, liveDocker } from "./docker.ts";
import { tortureLocally } from "./local-torture.ts";
import type { Phase, TortureOptions } from "./torture.ts";

vi.setConfig({ testTimeout: 170_000 });

beforeAll(() => {
  if (hasEngine) buildScriptImage();
});

/**
 * What is written, in order; of several daemons at a time:
 * first   volume, containers `.next`, archive into the volume, their names, their starts, then the wait
 * update  containers `.next`, archive, the old one's stop, its name `.previous`, the new one's name, its start, then the
 *         wait, stops and removals of what was replaced or is no longer declared
 * failing as update up to the wait, then stop and removal of the new one, the old one's name and start, removal of `late`
 * delete  stops and removals
 */
const cases: readonly (readonly [string, readonly Phase[], TortureOptions["points"]])[] = [
  [
    "when a container was just made, and when it was just stopped to be deleted",
    ["first", "delete"],
    {
      first: { of: /create\?name=.*-agent\.next/, write: 1, moment: "forwarded" },
      delete: { of: /\/stop/, write: 1, moment: "forwarded" },
    },
  ],
  [
    "when a container has its name and does not run, and when one of two is deleted",
    ["first", "delete"],
    {
      first: { of: /rename\?name=.*-agent$/, write: 1, moment: "answered" },
      delete: { of: /^DELETE/, write: 1, moment: "answered" },
    },
  ],
  [
    "while the old process ends",
    ["first", "update"],
    { update: { of: /archive/, write: 1, moment: "answered", later: 300 } },
  ],
  [
    "when nothing has the daemon's name",
    ["first", "update"],
    { update: { of: /-agent\.previous/, write: 1, moment: "forwarded" } },
  ],
  [
    "when the new one runs, while what is no longer wanted is deleted",
    ["first", "update"],
    { update: { of: /^DELETE/, write: 2, moment: "received" } },
  ],
  [
    "while it waits for what cannot run, and then while it is deleted",
    ["first", "failing", "delete"],
    {
      failing: { of: /\/start/, write: 2, moment: "answered", later: 400 },
      delete: { of: /^DELETE/, write: 2, moment: "received" },
    },
  ],
  [
    "half-way back, before the good one is updated after all",
    ["first", "failing", "update"],
    { failing: { of: /^DELETE/, write: 1, moment: "forwarded" } },
  ],
];

describe.skipIf(!hasEngine)(liveDocker("killed on the way to a Docker engine"), () => {
  test.concurrent.each(cases)("%s: the next run converges", async (_, phases, points) => {
    const results = await tortureLocally({ phases, points, open: createWorkplace });
    expect(results.flatMap(({ problems }) => problems)).toEqual([]);
  });
});
