import { describe, expect, test, vi } from "vitest";
import { createWorkplace } from "./cli.ts";
import { hasCluster, live } from "./namespace.ts";
import { type Phase, type TortureOptions, torture } from "./torture.ts";

vi.setConfig({ testTimeout: 300_000 });

/**
 * What is written, in order:
 * first   1 Lease, 2 record, 3 NetworkPolicy, 4 ServiceAccount, 5 Role, 6 RoleBinding, 7-8 Secrets, 9-10 Deployments,
 *         11 record, then the wait, 12 record, 13 Lease
 * update  1 Lease, 2 record, 3-4 Secrets, 5-6 Deployments, 7 record, then the wait, 8 record, 9 Deployment deleted,
 *         10-11 Secrets deleted, 12 record, 13 Lease
 * failing 1 to 7 as update, then the wait, 8 Deployment back, 9 Deployment deleted, 10-11 Secrets deleted, 12, 13
 * delete  1 Lease, 2-3 Deployments, 4-9 what they used, 10 record, 11 Lease
 */
const cases: readonly (readonly [string, readonly Phase[], TortureOptions["points"]])[] = [
  [
    "before anything is remembered, and before the record is deleted",
    ["first", "delete"],
    { first: { write: 2, moment: "received" }, delete: { write: 10, moment: "received" } },
  ],
  [
    "when a daemon was just made, and when nothing but the lock is left",
    ["first", "delete"],
    { first: { write: 9, moment: "forwarded" }, delete: { write: 11, moment: "received" } },
  ],
  ["between the new Secrets and the daemons", ["first", "update"], { update: { write: 5, moment: "received" } }],
  ["while what is no longer wanted is deleted", ["first", "update"], { update: { write: 10, moment: "answered" } }],
  [
    "while it waits for what cannot run",
    ["first", "failing"],
    { failing: { write: 7, moment: "answered", later: 1500 } },
  ],
  ["half-way back", ["first", "failing"], { failing: { write: 8, moment: "forwarded" } }],
];

describe.skipIf(!hasCluster)(live("killed on the way"), () => {
  test.concurrent.each(cases)("%s: the next run converges", async (_, phases, points) => {
    const kubeconfig = process.env.KUBECONFIG ?? "";
    const results = await torture({ kubeconfig, phases, points, open: createWorkplace });
    expect(results.flatMap(({ problems }) => problems)).toEqual([]);
    const struck = results.filter(result => result.point !== undefined);
    expect(struck.map(result => result.struck)).not.toContain(undefined);
  });
});
