import { inject } from "vitest";
import { openWorkplace, type Workplace } from "./workplace.ts";

export type { LiveOptions, LiveRun, Running, Workplace } from "./workplace.ts";

/** A directory with a stack, from which the build of the current source runs. */
export const createWorkplace = (files: Readonly<Record<string, string>>): Workplace =>
  openWorkplace(inject("dist"), files);
