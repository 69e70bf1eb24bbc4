import { finding, printable, watchText } from "../../diagnostics/index.ts";
import { type DaemonStatus, loadTargets, type WatchEvent } from "../../pipeline.ts";
import { type Call, flagOf, hasFlag } from "../call.ts";
import { flags, targetFlags } from "../flags.ts";
import { jsonLine } from "../json-line.ts";
import type { Session } from "../session.ts";
import { stackCall } from "../stack-call.ts";
import { withStack } from "../stack-session.ts";
import type { Verb } from "../verb.ts";
import { exit } from "../world.ts";

/** Says how daemons are until it is interrupted; or, once, whether they are as they were applied. */
export const watch: Verb = {
  flags: [flags.file, flags.stack, ...targetFlags, flags.exitCode, flags.textFormat, flags.retry, flags.diagnostics],
  run: async (call, world) => {
    const result = await stackCall("watch", call, world);
    const looksOnce = hasFlag(call, "exit-code");
    // Watching is ended by an interrupt; a look that was interrupted found nothing out.
    const options = { verb: "watch", result, ...(looksOnce ? {} : { interruptedWith: exit.ok }) };
    return withStack(call, world, options, (session, { stack }) =>
      looksOnce ? lookOnce(session, call, stack) : follow(session, call, stack),
    );
  },
};

async function follow({ target, world }: Session, call: Call, stack: string): Promise<number> {
  const isJson = flagOf(call, "format") === "json";
  for await (const event of target.watch(stack, { drift: false })) {
    world.out(isJson ? jsonLine(await eventData(event)) : `${printable(await eventLine(event))}\n`);
  }
  return exit.ok;
}

/** The first thing it is told about drift decides. */
async function lookOnce({ target, world, report: tell }: Session, call: Call, stack: string): Promise<number> {
  for await (const event of target.watch(stack, { drift: true })) {
    if (event.kind !== "drift") continue;
    const objects = await drifted(event);
    if (flagOf(call, "format") === "json") world.out(jsonLine(await eventData(event)));
    else if (objects.length === 0) world.out(`${watchText.drift([])}\n`);
    if (objects.length === 0) return exit.ok;
    await tell([finding("drifted", { argument: "--exit-code" }, { stack, objects })]);
    return exit.failed;
  }
  return exit.ok;
}

type DriftEvent = Extract<WatchEvent, { kind: "drift" }>;

async function drifted({ plan }: DriftEvent): Promise<readonly string[]> {
  const { effective } = await loadTargets();
  return effective(plan).map(({ object: { kind, name } }) => `${kind}/${name}`);
}

/** An event without the stack as a whole, which a plan holds. */
const eventData = async (event: WatchEvent): Promise<unknown> =>
  event.kind === "drift" ? { kind: event.kind, at: event.at, objects: await drifted(event) } : event;

const eventLine = async (event: WatchEvent): Promise<string> => `${event.at}  ${await eventSentence(event)}`;

async function eventSentence(event: WatchEvent): Promise<string> {
  if (event.kind === "drift") return watchText.drift(await drifted(event));
  if (event.kind === "change") return watchText.change(event.daemon, event.from?.phase, stateOf(event.to));
  if (event.kind === "repair") return watchText.repair(event.daemon, event.problem, event);
  if (event.kind === "backoff") return watchText.backoff(event.daemon, event.ends, event);
  if (event.kind === "revision") return watchText.revision(event.revision);
  if (event.kind === "engine") return watchText.engine(event.reachable);
  const running = event.daemons.filter(daemon => daemon.running).length;
  return watchText.health(running, event.daemons.length);
}

const stateOf = ({ phase, detail }: DaemonStatus): string => (detail === undefined ? phase : `${phase}: ${detail}`);
