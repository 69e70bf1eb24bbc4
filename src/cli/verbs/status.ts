import { printableJson, statusHeads, status as words } from "../../diagnostics/index.ts";
import type { DaemonStatus, StackStatus } from "../../pipeline.ts";
import { flagOf } from "../call.ts";
import { flags, targetFlags } from "../flags.ts";
import { nextCommand } from "../next-command.ts";
import { say } from "../report.ts";
import { stackCall } from "../stack-call.ts";
import { withStack } from "../stack-session.ts";
import { readStatus } from "../stack-status.ts";
import { table } from "../table.ts";
import type { Verb } from "../verb.ts";
import { exit } from "../world.ts";

/** Says how the daemons of a stack are. */
export const status: Verb = {
  flags: [flags.file, flags.stack, ...targetFlags, flags.textFormat, flags.retry, flags.diagnostics],
  run: async (call, world) => {
    const result = await stackCall("status", call, world);
    return withStack(call, world, { verb: "status", result }, async (session, stack) => {
      const found = await readStatus(session, call, stack);
      if (typeof found === "number") return found;
      session.world.out(flagOf(call, "format") === "json" ? statusJson(found) : statusTable(found.daemons));
      if (found.daemons.every(({ running }) => running)) return exit.ok;
      say(session.world, call, words.next(nextCommand("logs", call)));
      return exit.failed;
    });
  },
};

const statusJson = ({ stack, namespace, revision, daemons }: StackStatus): string =>
  printableJson({ formatVersion: "1", stack, namespace, ...(revision === undefined ? {} : { revision }), daemons });

const statusTable = (daemons: readonly DaemonStatus[]): string => table([statusHeads, ...daemons.map(cells)]);

const cells = ({ daemon, daemonName, phase, restarts, since, detail }: DaemonStatus): readonly string[] => [
  daemon,
  daemonName,
  phase,
  String(restarts),
  since ?? "",
  (detail ?? "").replaceAll(/\s+/g, " "),
];
