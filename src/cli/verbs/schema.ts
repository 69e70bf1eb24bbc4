import layerSchema from "../../../schemas/alien.layer.schema.json" with { type: "json" };
import stackSchema from "../../../schemas/alien.schema.json" with { type: "json" };
import { hasFlag } from "../call.ts";
import { flags } from "../flags.ts";
import { refuseExtra } from "../report.ts";
import type { Verb } from "../verb.ts";
import { exit } from "../world.ts";

/** The schema as it is written to a file. */
export const schemaText = (layer: boolean): string =>
  `${JSON.stringify(layer ? layerSchema : stackSchema, undefined, 2)}\n`;

/** Writes the JSON Schema of `alien.yaml`. */
export const schema: Verb = {
  flags: [flags.layer],
  run: async (call, world) => {
    const [extra] = call.operands;
    if (extra !== undefined) return refuseExtra(world, call, { name: extra, verb: "schema" });
    world.out(schemaText(hasFlag(call, "layer")));
    return exit.ok;
  },
};
