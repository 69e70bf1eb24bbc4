import { connecting } from "./connecting.ts";
import { docker } from "./docker.ts";
import type { Entry } from "./entry.ts";
import { failures } from "./failures.ts";
import { images } from "./images.ts";
import { local } from "./local.ts";
import { names } from "./names.ts";
import { planning } from "./planning.ts";
import { platform } from "./platform.ts";
import { reading } from "./reading.ts";
import { remembering } from "./remembering.ts";
import { rendering } from "./rendering.ts";
import { running } from "./running.ts";
import { shape } from "./shape.ts";
import { usage } from "./usage.ts";
import { vault } from "./vault.ts";

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
  ...docker,
  ...images,
  ...remembering,
  ...running,
  ...local,
  ...vault,
  ...usage,
};

export type FindingName = keyof typeof catalogue;
export type Args<N extends FindingName> = (typeof catalogue)[N] extends Entry<infer A> ? A : never;
