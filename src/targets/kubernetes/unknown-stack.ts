import type { StackIr } from "../../ir/index.ts";
import { idAnnotation } from "../../render/index.ts";
import { bareStack } from "../index.ts";
import type { LiveObject } from "./api/live-object.ts";

/** What is known of a stack whose document nobody has: its name and its daemons. */
export const unknownStack = (stack: string, objects: Iterable<LiveObject>): StackIr =>
  bareStack(
    stack,
    [...objects]
      .filter(({ kind }) => kind === "Deployment")
      .map(({ metadata: { name, annotations } }) => annotations?.[idAnnotation] ?? name),
  );
