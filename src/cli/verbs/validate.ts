import { status } from "../../diagnostics/index.ts";
import type { Checked } from "../../pipeline.ts";
import { type Call, flagOf } from "../call.ts";
import { checkCall } from "../checked.ts";
import { flags } from "../flags.ts";
import { platformOf } from "../inputs.ts";
import { reportText, say } from "../report.ts";
import { shellWord } from "../shell-word.ts";
import type { Verb } from "../verb.ts";
import type { World } from "../world.ts";

/** Says what is wrong with a stack. The findings are its data: they go to standard output. */
export const validate: Verb = {
  flags: [flags.file, flags.platform, flags.namespace, flags.image, flags.reportFormat],
  run: async (call, world) => {
    const { checked, diagnostics, places, exitCode } = await checkCall(call, world, { choose: () => platformOf(call) });
    const format = flagOf(call, "format") ?? "text";
    world.out(await reportText(world, { diagnostics, places }, { format, call, isTerminal: world.outIsTerminal }));
    if (checked !== undefined) sayValid(call, world, checked, places.files);
    return exitCode;
  },
};

function sayValid(call: Call, world: World, { stack }: Checked, files: readonly string[]): void {
  const platform = platformOf(call);
  const platforms = platform === undefined ? stack.supportedPlatforms.map(({ platform: name }) => name) : [platform];
  say(world, call, status.valid(files, stack.daemons.length, platforms));
  const words = files.filter(name => name !== "alien.yaml").map(name => (name === "<stdin>" ? "-" : shellWord(name)));
  if (platforms.includes("kubernetes")) say(world, call, status.next(["alien-compile render", ...words].join(" ")));
}
