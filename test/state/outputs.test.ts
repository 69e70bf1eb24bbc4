import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatOutputs,
  type ResourceState,
  type ResourceStatus,
  type StackState,
  stackStatus,
} from "../../src/state/index.ts";

const stateOf = (resources: Readonly<Record<string, ResourceState>>): StackState => ({
  platform: "kubernetes",
  resourcePrefix: "acme",
  resources,
});

const daemon = (daemonName?: string, status: ResourceStatus = "running"): ResourceState => ({
  type: "daemon",
  status,
  config: {},
  ...(daemonName === undefined ? {} : { outputs: { type: "daemon", daemonName, running: status === "running" } }),
});

const one = stateOf({ connector: daemon("acme-connector") });
const two = stateOf({ sync: daemon(undefined, "pending"), connector: daemon("acme-connector") });

describe("outputs", () => {
  test("as JSON, daemons by id", () => {
    expect(formatOutputs(two, "json")).toBe(`{
  "formatVersion": "1",
  "platform": "kubernetes",
  "daemons": {
    "connector": {
      "daemonName": "acme-connector",
      "running": true,
      "status": "running"
    },
    "sync": {
      "running": false,
      "status": "pending"
    }
  }
}
`);
  });

  test("as lines for a shell, without what was not observed", () => {
    expect(formatOutputs(two, "env")).toBe(
      "CONNECTOR_DAEMON_NAME=acme-connector\nCONNECTOR_RUNNING=true\nCONNECTOR_STATUS=running\n" +
        "SYNC_RUNNING=false\nSYNC_STATUS=pending\n",
    );
  });

  test("as lines for a shell, each id with names of its own", () => {
    const state = stateOf({
      "a-b": daemon("one"),
      a_b: daemon("two"),
      "a-b-2": daemon("three"),
      "1st": daemon("four"),
    });
    expect(formatOutputs(state, "env").match(/^.*_DAEMON_NAME=.*$/gm)).toEqual([
      "_1ST_DAEMON_NAME=four",
      "A_B_DAEMON_NAME=one",
      "A_B_2_DAEMON_NAME=three",
      "A_B_3_DAEMON_NAME=two",
    ]);
  });

  test("an id that is a name by itself keeps it", () => {
    const state = stateOf({ "a-b": daemon("one"), a_b: daemon("two"), a_b_2: daemon("three") });
    expect(formatOutputs(state, "env").match(/^.*_DAEMON_NAME=.*$/gm)).toEqual([
      "A_B_DAEMON_NAME=one",
      "A_B_3_DAEMON_NAME=two",
      "A_B_2_DAEMON_NAME=three",
    ]);
  });

  test("for the next step of a workflow: one daemon by itself too", () => {
    const daemons = { connector: { daemonName: "acme-connector", running: true, status: "running" } };
    expect(formatOutputs(one, "github")).toBe(
      `daemons=${JSON.stringify(daemons)}\ndaemon-name=acme-connector\nrunning=true\n`,
    );
    expect(formatOutputs(two, "github")).toMatch(/^daemons=\{.*\}\n$/);
    expect(formatOutputs(stateOf({ sync: daemon() }), "github")).toMatch(/^daemons=.*\nrunning=false\n$/);
    expect(formatOutputs(stateOf({}), "github")).toBe("daemons={}\n");
  });

  test("a name of several lines cannot write outputs of its own", () => {
    const state = stateOf({ connector: daemon("a\nEOF\nrunning=false") });
    expect(formatOutputs(state, "github")).toContain("daemon-name<<EOF_\na\nEOF\nrunning=false\nEOF_\nrunning=true\n");
    expect(formatOutputs(state, "env").split("\n")).toHaveLength(4);
  });

  test("no control character comes through", () => {
    const hostile = "a\u001b[31m\r\u2028\u202e##[command]";
    for (const format of ["json", "env", "github"] as const) {
      const said = formatOutputs(stateOf({ connector: daemon(hostile) }), format);
      expect(said).not.toMatch(/[\u001b\r\u2028\u202e]|##\[/);
    }
  });

  test("a shell reads back what was written", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", " ", "'", '"', "$", "`", "\\", "!", "#", "~", "ü") }),
        name => {
          const lines = formatOutputs(stateOf({ connector: daemon(name) }), "env");
          const read = execFileSync("sh", ["-c", `${lines}\nprintf %s "$CONNECTOR_DAEMON_NAME"`], { encoding: "utf8" });
          expect(read).toBe(name);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("the state of a stack", () => {
  const statusOf = (...statuses: readonly ResourceStatus[]) =>
    stackStatus(stateOf(Object.fromEntries(statuses.map((status, index) => [`d${index}`, daemon(undefined, status)]))));

  test.each([
    ["pending", []],
    ["running", ["running", "running"]],
    ["deleted", ["deleted", "deleted"]],
    ["in_progress", ["running", "deleted"]],
    ["in_progress", ["pending"]],
    ["in_progress", ["running", "updating"]],
    ["failure", ["running", "update-failed"]],
    ["failure", ["refresh-failed"]],
    ["failure", ["deleted", "delete-failed"]],
    ["failure", ["provision-failed", "provisioning"]],
  ] as const)("is %s with %j", (expected, statuses) => {
    expect(statusOf(...statuses)).toBe(expected);
  });
});
