import { type Diagnostic, finding, printable, status } from "../../diagnostics/index.ts";
import type { LogLine, LogOptions } from "../../pipeline.ts";
import { type Call, flagOf, hasFlag } from "../call.ts";
import { durationOf } from "../duration.ts";
import { flags, targetFlags } from "../flags.ts";
import { daemonsCall } from "../named-daemons.ts";
import { say } from "../report.ts";
import { refuseCall, type StackCall } from "../stack-call.ts";
import { withStack } from "../stack-session.ts";
import type { Verb } from "../verb.ts";
import { exit, type World } from "../world.ts";

/** Writes what daemons print. */
export const logs: Verb = {
  flags: [
    flags.file,
    flags.stack,
    ...targetFlags,
    flags.follow,
    flags.previous,
    flags.since,
    flags.tail,
    flags.retry,
    flags.diagnostics,
  ],
  run: async (call, world) => {
    const { problems, ...asked } = logOptions(call);
    const result = problems.length > 0 ? refuseCall(problems) : await daemonsCall("logs", call, world);
    const options = { verb: "logs", result, interruptedWith: exit.interrupted };
    return withStack(call, world, options, async (session, stack) => {
      const lineText = lineForm(stack, call, world);
      let isSilent = true;
      for await (const line of session.target.logs(stack.stack, asked)) {
        session.world.out(lineText(line));
        isSilent = false;
      }
      if (isSilent) say(session.world, call, status.noLines(asked.previous));
      return exit.ok;
    });
  },
};

function logOptions(call: Call): LogOptions & { readonly problems: readonly Diagnostic[] } {
  const [since, tail] = [durationOf(call, "since"), tailOf(call)];
  return {
    problems: [since, tail].filter(found => typeof found === "object"),
    daemons: call.operands,
    follow: hasFlag(call, "follow"),
    previous: hasFlag(call, "previous"),
    ...(typeof since === "number" ? { since: Math.ceil(since / 1000) } : {}),
    ...(typeof tail === "number" ? { tail } : {}),
  };
}

function tailOf(call: Call): number | Diagnostic | undefined {
  const value = flagOf(call, "tail");
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  return finding("bad-number", { argument: "--tail" }, { name: "--tail", value });
}

/** As the daemon printed it; its name before it where there may be several, and where a runner obeys what it reads. */
function lineForm({ ir }: StackCall, { operands }: Call, { environment }: World): (line: LogLine) => string {
  const count = operands.length || ir?.daemons.length;
  const isRunner = Boolean(environment.GITHUB_ACTIONS);
  if (count === 1 && !isRunner) return ({ text }) => `${text}\n`;
  return ({ daemon, text }) => `${printable(daemon)} | ${isRunner ? printable(text, "\t\u001b") : text}\n`;
}
