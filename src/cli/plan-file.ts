import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Diagnostic, finding, planFileProblems, type Staged } from "../diagnostics/index.ts";
import { type Desired, loadTargets, type Permissions, type Plan, type PlanFile } from "../pipeline.ts";
import { codeOf } from "./inputs.ts";
import type { World } from "./world.ts";

export interface MadeFor {
  readonly desired: Desired;
  readonly permissions: Permissions;
}

export interface Made extends MadeFor {
  readonly plan: Plan;
  /** The plan as it may be shown: known secret values are masked in it. */
  readonly shown: Plan;
}

/** Writes a plan for `apply --plan`, for its owner alone: beside and renamed, so that nobody reads half of one. */
export async function savePlan(
  world: World,
  file: string,
  { plan, shown, desired, permissions }: Made,
): Promise<Diagnostic | undefined> {
  const { writePlanFile } = await loadTargets();
  const { source, pull } = desired;
  const context = {
    ...(source === undefined ? {} : { source }),
    ...(pull === undefined ? {} : { pull }),
    options: permissions,
    digests: await digestsOf(plan),
  };
  const path = resolve(world.directory, file);
  const beside = `${path}.alien-compile-${process.pid}`;
  try {
    writeFileSync(beside, writePlanFile(shown, context), { mode: 0o600 });
    renameSync(beside, path);
    return undefined;
  } catch (cause) {
    rmSync(beside, { force: true });
    return finding("output-failed", { argument: "--out" }, { file, problem: codeOf(cause) });
  }
}

/** Reads a plan that `plan --out` wrote. */
export async function loadPlan(world: World, file: string): Promise<Staged<PlanFile | undefined>> {
  const refuse = (diagnostic: Diagnostic) => ({ value: undefined, diagnostics: [diagnostic] });
  const text = readText(resolve(world.directory, file));
  if ("problem" in text) return refuse(finding("not-readable", { file }, { file, problem: text.problem }));
  const read = (await loadTargets()).readPlanFile(text.text);
  if ("plan" in read) return { value: read.plan, diagnostics: [] };
  return refuse(finding("bad-plan-file", { file }, { file, problem: planFileProblems[read.problem] }));
}

function readText(path: string): { readonly text: string } | { readonly problem: string } {
  try {
    return { text: readFileSync(path, "utf8") };
  } catch (cause) {
    return { problem: codeOf(cause) };
  }
}

/** A finding where a plan that is made now would do something else than the saved one, or do it elsewhere. */
export async function outdatedBy(saved: PlanFile, now: Plan, file: string): Promise<readonly Diagnostic[]> {
  if (saved.place !== undefined && saved.place !== now.place) {
    return [finding("bad-plan-file", { file }, { file, problem: planFileProblems.elsewhere(saved.place) })];
  }
  const digests = await digestsOf(now);
  const names = [...new Set([...Object.keys(saved.digests), ...Object.keys(digests)])].sort();
  const objects = names.filter(name => saved.digests[name] !== digests[name]);
  const isElsewhere = saved.namespace !== now.namespace;
  if (objects.length === 0 && !isElsewhere) return [];
  const changed = isElsewhere ? [`Namespace/${now.namespace ?? ""}`] : objects;
  return [finding("plan-outdated", { argument: "--plan" }, { objects: changed })];
}

async function digestsOf(plan: Plan): Promise<Readonly<Record<string, string>>> {
  const { changeDigest, digestKey, effective } = await loadTargets();
  return Object.fromEntries(effective(plan).map(change => [digestKey(change), changeDigest(change)]));
}
