import { isError, type Staged } from "../diagnostics/index.ts";
import type { Plan } from "../pipeline.ts";
import { exitOf } from "./exit-code.ts";
import type { Session } from "./session.ts";
import { exit } from "./world.ts";

/** A plan with its findings reported, or the exit code where something speaks against it. */
export async function makePlan(
  { report }: Session,
  make: () => Promise<Staged<Plan | undefined>>,
): Promise<Plan | number> {
  const { value, diagnostics } = await make();
  await report(diagnostics);
  if (value === undefined || diagnostics.some(isError)) return exitOf(diagnostics) || exit.refused;
  return value;
}
