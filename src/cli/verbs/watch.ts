import { finding, isError, watchText } from "../../diagnostics/index.ts";
import type { StackIr } from "../../pipeline.ts";
import { type Call, flagOf, hasFlag } from "../call.ts";
import { flags, targetFlags } from "../flags.ts";
import { follow } from "../follow.ts";
import { secretValues } from "../secret-values.ts";
import type { Session } from "../session.ts";
import { type StackCallResult, stackCall } from "../stack-call.ts";
import { withStack } from "../stack-session.ts";
import type { Verb } from "../verb.ts";
import { driftedObjects, eventJson } from "../watch-lines.ts";
import { exit, type World } from "../world.ts";

/** Says how daemons are until it is interrupted; or, once, whether they are as they were applied. */
export const watch: Verb = {
  flags: [
    flags.file,
    flags.stack,
    ...targetFlags,
    flags.secretsFile,
    flags.stopOnExit,
    flags.exitCode,
    flags.textFormat,
    flags.lockTimeout,
    flags.retry,
    flags.diagnostics,
  ],
  run: async (call, world) => {
    const looksOnce = hasFlag(call, "exit-code");
    const { values, ...result } = withSecrets(call, world, await stackCall("watch", call, world));
    // Watching is ended by an interrupt; a look that was interrupted found nothing out.
    const options = {
      verb: "watch",
      result,
      secretValues: values.values(),
      ...(looksOnce ? {} : { interruptedWith: exit.ok }),
    };
    const stopOnExit = hasFlag(call, "stop-on-exit");
    return withStack(call, world, options, (session, { stack }) =>
      looksOnce ? lookOnce(session, call, stack) : follow(session, call, { stack, secretValues: values, stopOnExit }),
    );
  },
};

interface WithSecrets extends StackCallResult {
  readonly values: ReadonlyMap<string, string>;
}

/** Where the tool itself makes processes anew, it needs the values; those that are missing are told when they are. */
function withSecrets(call: Call, world: World, result: StackCallResult): WithSecrets {
  const ir = irToKeep(result);
  if (ir === undefined) return { ...result, values: new Map() };
  const { value: values, diagnostics } = secretValues(call, world, ir, result.places);
  if (!diagnostics.some(isError)) return { ...result, values };
  return { ...result, value: undefined, diagnostics, exitCode: exit.refused, values };
}

const irToKeep = ({ value }: StackCallResult): StackIr | undefined =>
  value?.platform === "local" ? value.ir : undefined;

/** The first thing it is told about drift decides. */
async function lookOnce({ target, world, report: tell }: Session, call: Call, stack: string): Promise<number> {
  for await (const event of target.watch(stack, { drift: true })) {
    if (event.kind !== "drift") continue;
    const objects = await driftedObjects(event);
    if (flagOf(call, "format") === "json") world.out(await eventJson(event));
    else if (objects.length === 0) world.out(`${watchText.drift([])}\n`);
    if (objects.length === 0) return exit.ok;
    await tell([finding("drifted", { argument: "--exit-code" }, { stack, objects, platform: target.platform })]);
    return exit.failed;
  }
  return exit.ok;
}
