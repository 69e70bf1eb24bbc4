import { describe, expect, test } from "vitest";
import { localLabels, stackLabels } from "../../../src/render/index.ts";
import type { DeploymentRecord, Revision } from "../../../src/state/index.ts";
import { judgeRecord } from "../../../src/state/index.ts";
import type { Action, Change } from "../../../src/targets/index.ts";
import type { Container, Volume } from "../../../src/targets/local/api/engine.ts";
import { dockerRef } from "../../../src/targets/local/record/inventory.ts";
import {
  entriesOf,
  intentsOf,
  recordOf,
  revisionsAfter,
  stateOf,
} from "../../../src/targets/local/record/record-of.ts";
import type { Work } from "../../../src/targets/local/work.ts";
import { daemonIr, stackIr } from "../../render/stack-ir.ts";
import { container } from "./containers.ts";
import { localRecord } from "./local-record.ts";

const stack = stackIr({ stack: "acme", daemons: [daemonIr("agent"), daemonIr("connector", { profile: "execution" })] });
const revision = (number: number): Revision => ({ number, ir: stack, secrets: {}, appliedAt: "2026-01-01T00:00:00Z" });
const named = <T extends { readonly name: string }>(...items: readonly T[]) =>
  new Map(items.map(item => [item.name, item]));
const volume = (name: string): Volume => ({ name, labels: stackLabels("acme") });
const change = (action: Action, object: Change["object"]): { readonly change: Change } => ({
  change: { action, object, path: "/stack", reason: { kind: "same" }, fields: [] },
});

interface Given {
  readonly containers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly record?: DeploymentRecord;
}

/** A plan, as far as a record is made of it. */
const workOf = ({ containers = [], volumes = [], record }: Given, more: Partial<Work> = {}) => {
  const observed = {
    record,
    containers: named(...containers),
    volumes: named(...volumes),
  } as unknown as Work["observed"];
  const base = {
    stack: "acme",
    desired: undefined,
    decisions: [],
    volumes: [],
    network: undefined,
    revision: undefined,
  };
  return { ...base, ...more, observed };
};
const decided = (...changes: readonly { readonly change: Change }[]) => changes as Work["decisions"];
const made = (...changes: readonly { readonly change: Change }[]) => changes as Work["volumes"];

describe("the state of a stack", () => {
  test("has each daemon by its id: as declared, and as observed", () => {
    const error = { code: "AL6210", message: "it ends" };
    const state = stateOf(stack, id =>
      id === "agent"
        ? { status: "provision-failed", running: false, error }
        : { status: "running", running: true, image: { id: "sha256:aa", digest: "busybox@sha256:bb" } },
    );
    expect(state).toEqual({
      platform: "local",
      resourcePrefix: "acme",
      resources: {
        agent: {
          type: "daemon",
          status: "provision-failed",
          config: {
            id: "agent",
            code: { type: "image", image: "busybox:1.36" },
            links: [],
            permissions: undefined,
            commandsEnabled: false,
          },
          outputs: { type: "daemon", daemonName: "acme-agent", running: false },
          error,
        },
        connector: {
          type: "daemon",
          status: "running",
          config: {
            id: "connector",
            code: { type: "image", image: "busybox:1.36" },
            links: [],
            permissions: "execution",
            commandsEnabled: false,
            image: { id: "sha256:aa", digest: "busybox@sha256:bb" },
          },
          outputs: { type: "daemon", daemonName: "acme-connector", running: true },
        },
      },
    });
  });
});

describe("the record before anything is written", () => {
  const state = stateOf(stack, () => ({ status: "updating", running: false }));

  test("lists what is there and what is about to be; what is made anew has no uid", () => {
    const kept = container({ id: "c1", name: "acme-agent", labels: { [localLabels.configHash]: "h1" } });
    const replaced = container({ id: "c2", name: "acme-connector", labels: { [localLabels.configHash]: "h2" } });
    const removed = container({ id: "c3", name: "acme-old" });
    const work = workOf(
      { containers: [kept, replaced, removed], volumes: [volume("acme-vault-v")] },
      {
        decisions: decided(
          change("unchanged", dockerRef("Container", "acme-agent")),
          change("replace", dockerRef("Container", "acme-connector")),
          change("create", dockerRef("Container", "acme-new")),
        ),
        volumes: made(change("create", dockerRef("Volume", "acme-kv-k"))),
        network: change("create", dockerRef("Network", "alien")).change,
      },
    );
    const { inventory } = intentsOf(work, state);
    expect(inventory.toSorted((a, b) => (`${a.kind}${a.name}` < `${b.kind}${b.name}` ? -1 : 1))).toEqual([
      { ...dockerRef("Container", "acme-agent"), uid: "c1", digest: "h1" },
      dockerRef("Container", "acme-connector"),
      dockerRef("Container", "acme-new"),
      { ...dockerRef("Container", "acme-old"), uid: "c3" },
      dockerRef("Network", "alien"),
      dockerRef("Volume", "acme-kv-k"),
      dockerRef("Volume", "acme-vault-v"),
    ]);
  });

  test("keeps the good revision, and has the one that is applied as pending", () => {
    const record = localRecord("acme", { good: revision(3), pending: revision(4) });
    expect(intentsOf(workOf({ record }, { revision: revision(5) }), state)).toMatchObject({
      good: { number: 3 },
      pending: { number: 5 },
    });
    const first = intentsOf(workOf({}, { revision: revision(1) }), state);
    expect([first.good, first.pending?.number, first.state]).toEqual([undefined, 1, state]);
  });

  test("is a record that is read again", () => {
    const record = JSON.parse(JSON.stringify(intentsOf(workOf({}, { revision: revision(1) }), state)));
    expect(judgeRecord(record, { stack: "acme", platform: "local" })).toEqual({ kind: "record", record });
    expect(judgeRecord(record, { stack: "acme", platform: "kubernetes" }).kind).toBe("damaged");
  });
});

describe("a record", () => {
  const content = { state: stateOf(stack, () => ({ status: "running", running: true })), inventory: [] };
  const desiredFrom = (source?: string) => ({ desired: { source } as unknown as Work["desired"] });

  test.each([
    ["what is desired", localRecord("acme", { source: "old" }), desiredFrom("new"), "new"],
    ["what was recorded", localRecord("acme", { source: "old" }), desiredFrom(), "old"],
    ["nowhere", undefined, {}, undefined],
  ])("comes from where %s says", (_, record, more, source) => {
    const found = recordOf(workOf(record === undefined ? {} : { record }, more), content);
    expect([found.source, "source" in found]).toEqual([source, source !== undefined]);
    expect(found).toMatchObject({ formatVersion: 1, stack: "acme", ...content });
  });

  test("lists the containers that are there, by name, and the volumes that were there or were made", () => {
    const work = workOf(
      { volumes: [volume("b"), volume("a")] },
      { volumes: made(change("create", dockerRef("Volume", "c")), change("adopt", dockerRef("Volume", "a"))) },
    );
    const there = [container({ id: "2", name: "y" }), container({ id: "1", name: "x" })];
    expect(entriesOf(work, there)).toEqual([
      { ...dockerRef("Container", "x"), uid: "1" },
      { ...dockerRef("Container", "y"), uid: "2" },
      dockerRef("Volume", "a"),
      dockerRef("Volume", "b"),
      dockerRef("Volume", "c"),
    ]);
  });

  const recorded = localRecord("acme", { good: revision(1), pending: revision(2) });
  test.each([
    ["good once it was seen to run", recorded, 2, true, { good: revision(2) }],
    ["pending until then", recorded, 2, false, { good: revision(1), pending: revision(2) }],
    ["not pending where it is the good one", recorded, 1, false, { good: revision(1) }],
    ["pending where none is good", undefined, 1, false, { pending: revision(1) }],
    ["none where none was applied", recorded, 0, false, { good: revision(1) }],
    ["none where nothing is left", recorded, 0, true, {}],
  ])("has a revision that is %s", (_, record, number, isGood, expected) => {
    const applied = number === 0 ? undefined : revision(number);
    expect(revisionsAfter(record, { revision: applied, isGood })).toEqual(expected);
  });
});
