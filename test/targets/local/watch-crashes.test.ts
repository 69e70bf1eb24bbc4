import { expect, test } from "vitest";
import { acme, createWatchStage } from "./watch-stage.ts";

test("a daemon that keeps dying is told once for each time that the engine's pause has grown", async () => {
  const stage = createWatchStage();
  await stage.deploy(acme("agent", "worker"));
  stage.watch();
  await stage.effects.until(() => stage.of("health").length === 1);
  stage.engine.behave("agent:1", () => ({ does: "exit", code: 3, after: 50 }));
  stage.engine.crash("acme-agent", { code: 3 });
  await stage.effects.pass(600_000);
  const told = stage.of("backoff");
  expect(told.map(({ pause }) => pause)).toEqual([1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000]);
  expect(told.every(({ daemon, by, exitCode }) => daemon === "agent" && by === "engine" && exitCode === 3)).toBe(true);
  expect(told.map(({ ends }) => ends)).toEqual([5, 6, 7, 8, 9, 10, 11]);
  expect(stage.of("repair")).toEqual([]);
});

test("one that has run for a while is as good as new", async () => {
  const stage = createWatchStage();
  await stage.deploy(acme("agent"));
  stage.watch();
  await stage.effects.until(() => stage.of("health").length === 1);
  stage.engine.behave("agent:1", start => ({ does: "exit", code: 3, after: start % 7 === 0 ? 30_000 : 50 }));
  stage.engine.crash("acme-agent", { code: 3 });
  await stage.effects.pass(120_000);
  expect(stage.of("backoff").map(({ pause }) => pause)).toEqual([1600, 3200, 6400, 1600, 3200, 6400, 1600, 3200, 6400]);
});

test("one that dies now and then is told as a change only", async () => {
  const stage = createWatchStage();
  await stage.deploy(acme("agent"));
  stage.engine.behave("agent:1", () => ({ does: "exit", code: 3, after: 20_000 }));
  stage.watch();
  await stage.effects.until(() => stage.of("health").length === 1);
  stage.engine.crash("acme-agent", { code: 3 });
  await stage.effects.pass(300_000);
  expect(stage.of("backoff")).toEqual([]);
  expect(stage.of("change").length).toBeGreaterThan(20);
});

test("one that keeps dying when the watching begins is told at once", async () => {
  const stage = createWatchStage();
  await stage.deploy(acme("agent"));
  stage.engine.behave("agent:1", () => ({ does: "exit", code: 3, after: 50 }));
  stage.engine.crash("acme-agent", { code: 3 });
  await stage.effects.pass(30_000);
  expect(await stage.statusOf("acme-agent")).toBe("restarting");
  stage.watch();
  await stage.effects.until(() => stage.of("health").length === 1);
  expect(stage.of("backoff")).toMatchObject([{ daemon: "agent", by: "engine", pause: 25_600, ends: 9 }]);
});
