import { connecting } from "./connecting.ts";
import type { Entry } from "./entry.ts";
import { failures } from "./failures.ts";
import { names } from "./names.ts";
import { planning } from "./planning.ts";
import { platform } from "./platform.ts";
import { reading } from "./reading.ts";
import { rendering } from "./rendering.ts";
import { shape } from "./shape.ts";
import { usage } from "./usage.ts";

/** Everything the tool can find, by name; one file per band of codes. */
export const catalogue = {
  ...reading,
  ...shape,
  ...names,
  ...platform,
  ...rendering,
  ...connecting,
  ...planning,
  ...failures,
  ...usage,
};

export type FindingName = keyof typeof catalogue;
export type Args<N extends FindingName> = (typeof catalogue)[N] extends Entry<infer A> ? A : never;
