import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/index.ts";
import type { StackIr } from "../../src/ir/index.ts";
import {
  type Cause,
  type DaemonResult,
  type Evidence,
  evidenceOf,
  type FailureContext,
  judge,
  resultDiagnostic,
} from "../../src/targets/kubernetes/rollout/index.ts";
import { bindingIr, daemonIr, link, secretIr, stackIr, variable } from "../render/stack-ir.ts";

const nothing: Evidence = { deployment: undefined, replicaSets: [], pods: [], events: [] };

function context(stack: StackIr = stackIr(), more: Partial<FailureContext> = {}): FailureContext {
  const [daemon] = stack.daemons;
  if (daemon === undefined) throw new Error("a stack without a daemon");
  const timing = { silence: 240_000, timeout: 300_000 };
  return { ...{ daemon, stack, namespace: "acme", now: 0, since: 0, logs: [], timing }, mask: text => text, ...more };
}

const failed = (cause: Cause, more: Partial<DaemonResult> = {}): DaemonResult => ({
  daemon: "connector",
  verdict: { phase: "failing", restarts: 0, pod: "acme-connector-1-x", trouble: { cause, permanent: true } },
  evidence: nothing,
  end: "failed",
  ...more,
});

const said = (cause: Cause, stack?: StackIr, evidence = nothing): Diagnostic | undefined =>
  resultDiagnostic(failed(cause, { evidence }), context(stack));

const placed = (cause: Cause, stack?: StackIr, evidence?: Evidence): string => {
  const found = said(cause, stack, evidence);
  return found === undefined || !("path" in found.at) ? "nowhere" : `${found.name} ${found.at.on} ${found.at.path}`;
};

const secretMissing = (secret: string): Cause => ({ kind: "secret-missing", secret, said: "not found" });
const keyMissing = (secret: string, key: string): Cause => ({ kind: "secret-key-missing", secret, key, said: "" });
const daemonKey = "key /resources/connector";

describe("the place of a failure", () => {
  test("is the image, for everything about it", () => {
    const kinds = [
      "image-missing",
      "image-denied",
      "image-name-invalid",
      "image-not-present",
      "image-pull-failing",
    ] as const;
    for (const kind of kinds) {
      expect(placed({ kind, image: "a", said: "" })).toBe(`${kind} value /resources/connector/code/image`);
    }
  });

  test("is the name or the key of the Secret that the document names, the one the daemon reads first", () => {
    const environment = [variable("TOKEN", { kind: "secret", secret: "b" })];
    const kubernetes = { name: "db", key: "token" };
    const stack = stackIr({
      daemons: [daemonIr("connector", { environment })],
      secrets: [
        secretIr("a", { kubernetes }),
        secretIr("b", { kubernetes }),
        secretIr("c", { kubernetes: { name: "db", key: "user" } }),
      ],
    });
    expect(placed(secretMissing("db"), stack)).toBe("daemon-secret-missing value /secrets/b/kubernetes/name");
    expect(placed(keyMissing("db", "token"), stack)).toBe("daemon-secret-key-missing value /secrets/b/kubernetes/key");
    expect(placed(keyMissing("db", "user"), stack)).toBe("daemon-secret-key-missing value /secrets/c/kubernetes/key");
    expect(placed(secretMissing("other"), stack)).toBe(`daemon-secret-missing ${daemonKey}`);
  });

  test("is found through a binding, too, and escapes what a path cannot hold", () => {
    const kubernetes = { name: "db", key: "token" };
    const binding = bindingIr("external", { password: { secret: "x/y" } });
    const stack = stackIr({
      daemons: [daemonIr("connector", { environment: [link("db", binding)] })],
      secrets: [secretIr("a", { kubernetes }), { ...secretIr("x/y", { kubernetes }), path: "/secrets/x~1y" }],
    });
    expect(placed(secretMissing("db"), stack)).toBe("daemon-secret-missing value /secrets/x~1y/kubernetes/name");
  });

  test("is the variable that reads the key of the daemon's own Secret", () => {
    const environment = [variable("TOKEN", { kind: "secret", secret: "token" })];
    const stack = stackIr({
      daemons: [daemonIr("connector", { environment })],
      secrets: [secretIr("token", { env: "TOKEN" })],
    });
    const name = "acme-connector-env-x7k2m";
    const env = [{ name: "TOKEN", valueFrom: { secretKeyRef: { name, key: "TOKEN" } } }];
    const deployment = {
      ...{
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "acme-connector", uid: "1", resourceVersion: "1" },
      },
      spec: { template: { spec: { containers: [{ env }] } } },
    };
    const evidence = { ...nothing, deployment };
    expect(placed(keyMissing(name, "TOKEN"), stack, evidence)).toBe(
      "daemon-secret-key-missing key /resources/connector/environment/TOKEN",
    );
    expect(placed(secretMissing(name), stack, evidence)).toBe(`daemon-secret-missing ${daemonKey}`);
    expect(said(secretMissing(name), stack, evidence)?.help).toContain("apply again");
    expect(said(secretMissing("db"), stack, evidence)?.help).not.toContain("apply again");
  });

  test("is a setting of the pod, if the document has it", () => {
    const pod = (settings: StackIr["kubernetes"]["pod"]) => stackIr({ kubernetes: { pod: settings } });
    const quota: Cause = { kind: "refused", said: "exceeded quota: team" };
    const policy: Cause = { kind: "refused", said: "violates PodSecurity: runAsNonRoot != true" };
    const cpu: Cause = { kind: "not-schedulable", said: "1 Insufficient cpu." };
    const taint: Cause = { kind: "not-schedulable", said: "1 node(s) had taint {a: b}" };
    const selector: Cause = { kind: "not-schedulable", said: "1 node(s) didn't match Pod's node affinity." };
    for (const cause of [quota, policy]) expect(placed(cause)).toBe(`pod-refused ${daemonKey}`);
    for (const cause of [cpu, taint, selector]) expect(placed(cause)).toBe(`not-schedulable ${daemonKey}`);
    const resources = { requests: { cpu: "8" } };
    expect(placed(quota, pod({ resources }))).toBe("pod-refused key /platforms/kubernetes/pod/resources");
    expect(placed(quota, pod({ nodeSelector: { a: "b" } }))).toBe(`pod-refused ${daemonKey}`);
    expect(placed(cpu, pod({ resources }))).toBe("not-schedulable key /platforms/kubernetes/pod/resources");
    expect(placed(taint, pod({ resources, tolerations: [] }))).toBe(
      "not-schedulable key /platforms/kubernetes/pod/tolerations",
    );
    expect(placed(selector, pod({ resources, nodeSelector: { a: "b" } }))).toBe(
      "not-schedulable key /platforms/kubernetes/pod/nodeSelector",
    );
    expect(placed(policy, pod({ securityContext: {} }))).toBe(
      "pod-refused key /platforms/kubernetes/pod/securityContext",
    );
    expect(placed({ kind: "out-of-memory" }, pod({ resources: { limits: { memory: "64Mi" } } }))).toBe(
      "out-of-memory value /platforms/kubernetes/pod/resources/limits/memory",
    );
    expect(placed({ kind: "out-of-memory" })).toBe(`out-of-memory ${daemonKey}`);
    const root: Cause = { kind: "cannot-start", said: "container has runAsNonRoot and image will run as root" };
    expect(placed(root, pod({ containerSecurityContext: {} }))).toBe(
      "container-cannot-start key /platforms/kubernetes/pod/containerSecurityContext",
    );
  });

  test("is the daemon for everything else", () => {
    const causes: readonly (readonly [Cause, string])[] = [
      [{ kind: "crash", exitCode: 1 }, "crash-loop"],
      [{ kind: "exits" }, "daemon-exits"],
      [{ kind: "scaled-down" }, "daemon-scaled-down"],
      [{ kind: "paused" }, "daemon-paused"],
      [{ kind: "account-missing", account: "a", said: "" }, "account-missing"],
      [{ kind: "cannot-start", said: "no such file or directory" }, "container-cannot-start"],
      [{ kind: "mount", said: "" }, "rollout-stuck"],
      [{ kind: "disrupted", said: "" }, "rollout-stuck"],
      [{ kind: "unknown", said: "" }, "rollout-stuck"],
      [{ kind: "other-container", container: "proxy", said: "odd" }, "rollout-stuck"],
    ];
    for (const [cause, name] of causes) expect(placed(cause)).toBe(`${name} ${daemonKey}`);
  });
});

describe("a result", () => {
  test("that is ready or pending is no finding", () => {
    expect(resultDiagnostic(failed({ kind: "exits" }, { end: "pending" }), context())).toBeUndefined();
    expect(resultDiagnostic(failed({ kind: "exits" }, { end: "ready" }), context())).toBeUndefined();
  });

  test("without a cause tells what it was waiting for", () => {
    const verdict = { phase: "starting", detail: "Pulling image", restarts: 0 } as const;
    const told = (end: "timeout" | "silent") =>
      resultDiagnostic(failed({ kind: "exits" }, { verdict, end }), context());
    expect(told("timeout")).toMatchObject({
      name: "rollout-timeout",
      message: expect.stringMatching(/5 min: Pulling image$/),
    });
    expect(told("silent")).toMatchObject({
      name: "rollout-silent",
      message: expect.stringMatching(/4 min.*: Pulling image$/),
    });
  });

  test("of a problem that lasted says how long, also when the time was over", () => {
    const trouble = { cause: { kind: "not-schedulable", said: "no cpu" }, permanent: false } as const;
    const verdict = { phase: "failing", restarts: 0, trouble } as const;
    for (const end of ["failed", "timeout", "silent"] as const) {
      const found = resultDiagnostic(failed({ kind: "exits" }, { verdict, end, lasted: 90_000 }), context());
      expect(found?.message).toContain("for 90 s: no cpu");
    }
  });

  test("names the command that shows more", () => {
    expect(said({ kind: "exits" })?.help).toContain("`kubectl -n acme logs acme-connector-1-x --previous`");
    expect(said({ kind: "image-missing", image: "a", said: "" })?.help).toContain(
      "`kubectl -n acme describe pod acme-connector-1-x`",
    );
    const verdict = { phase: "waiting", restarts: 0 } as const;
    const timeout = resultDiagnostic(failed({ kind: "exits" }, { verdict, end: "timeout" }), context());
    expect(timeout?.help).toContain("`kubectl -n acme get deployments`");
  });

  test("of an image that may not be pulled shows which Secrets were used for it", () => {
    const stack = stackIr({ kubernetes: { imagePullSecrets: ["ghcr"] } });
    const found = said({ kind: "image-denied", image: "a", said: "" }, stack);
    expect(found?.related.map(({ at }) => at)).toEqual([{ path: "/platforms/kubernetes/imagePullSecrets", on: "key" }]);
    expect(found?.help).toContain("`ghcr`");
  });

  test("hides values of secrets in every text that is not ours", () => {
    const logs = [{ of: "previous", lines: ["token=hunter2"] }] as const;
    const mask = (text: string): string => text.replaceAll("hunter2", "***");
    const causes: readonly Cause[] = [
      { kind: "cannot-start", said: 'exec: "hunter2"' },
      { kind: "other-container", container: "a", said: "hunter2" },
      { kind: "image-pull-failing", image: "a", said: "hunter2" },
      { kind: "unknown", said: "hunter2" },
    ];
    const recorded = readEvidence("no-executable");
    const results = causes.map(cause => failed(cause, { evidence: recorded }));
    const verdict = { phase: "starting", detail: "hunter2", restarts: 0 } as const;
    for (const result of [...results, failed({ kind: "exits" }, { verdict, end: "timeout" })]) {
      const found = resultDiagnostic(result, context(stackIr(), { logs, mask }));
      expect(JSON.stringify(found)).not.toContain("hunter2");
      expect(JSON.stringify(found)).toContain("***");
    }
  });
});

const readRecord = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../../fixtures/rollouts", name, "evidence.json"), "utf8"));
const readEvidence = (name: string): Evidence => {
  const record = readRecord(name);
  return evidenceOf(record.name, record);
};

describe("the details", () => {
  const detailsOf = (name: string, more: Partial<FailureContext> = {}) => {
    const record = readRecord(name);
    const evidence = readEvidence(name);
    const result = failed({ kind: "exits" }, { evidence, verdict: judge(evidence, record) });
    const { now, since } = record;
    return resultDiagnostic(result, context(stackIr(), { now, since, ...more }))?.details;
  };

  test("are what the cluster said since the rollout, said once, newest last", () => {
    const events: readonly { reason: string; count: number }[] = readRecord("quota-exceeded").events;
    const refused = events.filter(({ reason }) => reason === "FailedCreate").reduce((sum, { count }) => sum + count, 0);
    expect(refused).toBeGreaterThan(9);
    expect(detailsOf("quota-exceeded")).toEqual([
      {
        title: "events",
        lines: [
          expect.stringMatching(/^\d+s ago {2}ScalingReplicaSet {2}Scaled up replica set /),
          expect.stringMatching(
            new RegExp(`^\\d+s ago {2}FailedCreate ×${refused} {2}exceeded quota: none, requested: pods=1`),
          ),
        ],
      },
    ]);
    expect(detailsOf("quota-exceeded", { since: Date.parse("2027-01-01T00:00:00Z") })).toBeUndefined();
  });

  test("hold at most eight events, and the last twenty lines of each log", () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    const logs = [
      { of: "previous", lines },
      { of: "current", lines: [] },
      { of: "current", lines: ["one"] },
    ] as const;
    const details = detailsOf("no-executable-backing-off", { logs });
    const events = Array.from({ length: 12 }, (_, index) => ({
      ...{ apiVersion: "v1", kind: "Event", metadata: { name: `${index}`, uid: `${index}`, resourceVersion: "1" } },
      ...{ reason: "Odd", message: `event ${index}`, lastTimestamp: new Date(1_000 * index).toISOString() },
    }));
    const many = resultDiagnostic(
      failed({ kind: "exits" }, { evidence: { ...nothing, events } }),
      context(stackIr(), { now: 20_000 }),
    );
    expect(many?.details?.[0]?.lines).toEqual(
      Array.from({ length: 8 }, (_, index) => `${16 - index}s ago  Odd  event ${index + 4}`),
    );
    expect(details?.map(({ title }) => title)).toEqual([
      "events",
      "last lines of the process before",
      "last lines of the log",
    ]);
    expect(details?.[0]?.lines.length).toBeLessThanOrEqual(8);
    expect(details?.[1]?.lines).toEqual(lines.slice(10));
  });
});
