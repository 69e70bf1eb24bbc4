import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { evidenceOf, type JudgeOptions, judge, type Observed } from "../../src/targets/kubernetes/rollout/index.ts";

/** What a real cluster said of one Deployment at one moment. */
interface Recorded extends Observed, JudgeOptions {
  readonly name: string;
}

/** `UPDATE_FIXTURES=1` writes every `expected.json` anew. */
const update = process.env.UPDATE_FIXTURES === "1";

const directory = join(import.meta.dirname, "../../fixtures/rollouts");
const cases = readdirSync(directory).sort();
const read = (name: string, file: string) => JSON.parse(readFileSync(join(directory, name, file), "utf8"));
const recorded = (name: string): Recorded => read(name, "evidence.json");
const verdictOf = (of: Recorded, observed: Observed = of) => judge(evidenceOf(of.name, observed), of);
const phaseOf = (name: string): string => read(name, "expected.json").phase;
const causeOf = (name: string): string | undefined => {
  const { trouble } = read(name, "expected.json");
  return trouble && `${trouble.permanent ? "permanent" : "transient"} ${trouble.cause.kind}`;
};

describe("rollouts of a real cluster", () => {
  test.each(cases)("%s", name => {
    const path = join(directory, name, "expected.json");
    const verdict = verdictOf(recorded(name));
    if (update || !existsSync(path)) writeFileSync(path, `${JSON.stringify(verdict, null, 2)}\n`);
    expect(verdict).toEqual(read(name, "expected.json"));
  });

  test("are told apart by owner, whatever else is in the namespace", () => {
    const all = cases.map(recorded);
    const latest = [...new Map(all.map(one => [one.name, one])).values()];
    const joined: Observed = {
      deployments: latest.flatMap(({ deployments }) => deployments),
      replicaSets: latest.flatMap(({ replicaSets }) => replicaSets),
      pods: latest.flatMap(({ pods }) => pods),
      events: latest.flatMap(({ events }) => events),
    };
    expect(latest.length).toBeGreaterThan(15);
    for (const one of latest) expect(verdictOf(one, joined)).toEqual(verdictOf(one));
  });

  test("hold nothing that the server keeps for itself", () => {
    for (const name of cases)
      expect(readFileSync(join(directory, name, "evidence.json"), "utf8")).not.toContain("managedFields");
  });
});

/** The same again without looking at goldens: what matters of each. */
test.each([
  ["missing-image", "permanent image-missing"],
  ["missing-image-backing-off", "permanent image-missing"],
  ["unreachable-registry", "transient image-pull-failing"],
  ["unreachable-registry-backing-off", "transient image-pull-failing"],
  ["unknown-registry", "transient image-pull-failing"],
  ["invalid-image-name", "permanent image-name-invalid"],
  ["image-not-present", "permanent image-not-present"],
  ["missing-secret", "permanent secret-missing"],
  ["missing-key", "permanent secret-key-missing"],
  ["as-root", "permanent cannot-start"],
  ["crash-first-exit", "transient crash"],
  ["crash-restarted", undefined],
  ["crash-second-exit", "permanent crash"],
  ["crash-backing-off", "permanent crash"],
  ["crash-before-rollout", "transient crash"],
  ["exit-zero-first", "transient exits"],
  ["exit-zero-again", "permanent exits"],
  ["out-of-memory-first", "transient out-of-memory"],
  ["out-of-memory", "permanent out-of-memory"],
  ["no-executable", "permanent cannot-start"],
  ["no-executable-backing-off", "permanent cannot-start"],
  ["no-permission", "permanent cannot-start"],
  ["quota-exceeded", "permanent refused"],
  ["limit-range", "permanent refused"],
  ["no-service-account", "transient account-missing"],
  ["unschedulable", "transient not-schedulable"],
  ["no-matching-node", "transient not-schedulable"],
  ["no-volume", "transient mount"],
  ["scaled-to-zero", "permanent scaled-down"],
])("%s is %s", (name, cause) => expect(causeOf(name)).toBe(cause));

test.each([
  ["starting", "starting"],
  ["settling", "settling"],
  ["ready", "ready"],
  ["crash-restarted", "settling"],
  ["replaced", "ready"],
  ["not-seen", "waiting"],
  ["process-before-stops", "waiting"],
  ["process-before-crashes", "waiting"],
])("%s is in the phase %s", (name, phase) => expect(phaseOf(name)).toBe(phase));
