import { finding, noPlaces } from "../../diagnostics/index.ts";
import { toStack } from "../../pipeline.ts";
import { flagOf } from "../call.ts";
import { checkCall } from "../checked.ts";
import { flags } from "../flags.ts";
import { platformOf } from "../inputs.ts";
import { report } from "../report.ts";
import type { Verb } from "../verb.ts";
import { exit } from "../world.ts";

/** Writes the compiled stack, or the platform's stack.json. */
export const compile: Verb = {
  flags: [flags.file, flags.emit, flags.platform, flags.namespace, flags.image, flags.diagnostics],
  run: async (call, world) => {
    const emit = flagOf(call, "emit");
    if (emit === undefined) {
      const missing = finding(
        "flag-needs-value",
        { argument: "--emit" },
        { name: "--emit", expected: flags.emit.choices },
      );
      await report(world, { diagnostics: [missing], places: noPlaces }, call);
      return exit.usage;
    }
    const { checked, diagnostics, places, exitCode } = await checkCall(call, world, { choose: () => platformOf(call) });
    const exported = checked !== undefined && emit === "stack" ? toStack(checked.document, checked.baggage) : undefined;
    await report(world, { diagnostics: [...diagnostics, ...(exported?.diagnostics ?? [])], places }, call);
    const value = emit === "stack" ? exported?.value : checked?.stack;
    if (value !== undefined) world.out(`${JSON.stringify(value, undefined, 2)}\n`);
    return exitCode;
  },
};
