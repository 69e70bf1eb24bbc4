import { finding, outcomeText, status } from "../diagnostics/index.ts";
import { loadState, type Outcome } from "../pipeline.ts";
import { type Call, flagOf, hasFlag } from "./call.ts";
import { nextCommand } from "./next-command.ts";
import { say } from "./report.ts";
import type { Session } from "./session.ts";
import { refuseCall } from "./stack-call.ts";
import { table } from "./table.ts";
import { exit } from "./world.ts";

/** Why flags about waiting make no sense together. */
export function waitProblem(call: Call): ReturnType<typeof refuseCall> | undefined {
  if (!hasFlag(call, "wait") || !hasFlag(call, "no-wait")) return undefined;
  const flags = { first: "--wait", second: "--no-wait" };
  return refuseCall([finding("contradicting-flags", { argument: "--no-wait" }, flags)]);
}

/** Reports how something ended: findings, data, one line, and what to do next. Returns the exit code. */
export async function tellOutcome(
  { world, plain, report, endProgress }: Session,
  call: Call,
  { verb, outcome }: { readonly verb: string; readonly outcome: Outcome },
): Promise<number> {
  endProgress();
  const { result, state, diagnostics } = outcome;
  await report(diagnostics);
  const isFailed = result === "failed" || result === "rolled-back";
  // What is watched from here on is told in lines, the first of which says the same.
  const isFollowed = hasFlag(call, "watch") && !isFailed && flagOf(call, "format") === "json";
  if (result !== "deleted" && !isFollowed) await tellState({ world, plain }, call, outcome);
  if (isFailed) {
    say(world, call, status.next(nextCommand(result === "failed" ? "logs" : "status", call)));
    return exit.failed;
  }
  const { kept = [] } = outcome;
  if (kept.length > 0) say(world, call, outcomeText.kept(kept));
  const isEmpty = Object.keys(state.resources).length === 0;
  if (isEmpty || result === "deleted") {
    say(world, call, outcomeText[hasFlag(call, "no-wait") ? "deleting" : result === "unchanged" ? result : "deleted"]);
    return exit.ok;
  }
  say(world, call, verb === "restart" ? outcomeText.restarted : outcomeText[result]);
  if (result === "applied") say(world, call, status.next(nextCommand("status", call)));
  else say(world, call, status.next(nextCommand("logs", call, ["--follow"])));
  return exit.ok;
}

async function tellState(
  { world, plain }: Pick<Session, "world" | "plain">,
  call: Call,
  outcome: Outcome,
): Promise<void> {
  const format = flagOf(call, "format") ?? "text";
  if (format === "text") world.out(resultTable(outcome));
  else plain((await loadState()).formatOutputs(outcome.state, format as "json" | "env" | "github"));
}

/** `connector  acme-connector  running`. */
const resultTable = ({ state }: Outcome): string =>
  table(
    Object.entries(state.resources).map(([id, { outputs, status: word }]) => [id, outputs?.daemonName ?? "", word]),
  );
