import type { Entry } from "./entry.ts";
import { names } from "./names.ts";
import { platform } from "./platform.ts";
import { reading } from "./reading.ts";
import { rendering } from "./rendering.ts";
import { shape } from "./shape.ts";
import { usage } from "./usage.ts";

/** Everything the tool can find, by name; one file per band of codes. */
export const catalogue = { ...reading, ...shape, ...names, ...platform, ...rendering, ...usage };

export type FindingName = keyof typeof catalogue;
export type Args<N extends FindingName> = (typeof catalogue)[N] extends Entry<infer A> ? A : never;
