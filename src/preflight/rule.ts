import type { Diagnostic } from "../diagnostics/index.ts";
import type { Platform, StackIr, TargetPlatform } from "../ir/index.ts";

/** What a rule looks at. */
export interface Preflight {
  readonly stack: StackIr;
  /** The platform that was asked for, if one was. */
  readonly chosen: Platform | undefined;
  /** The platforms to check for. */
  readonly platforms: readonly TargetPlatform[];
  /** The namespace of a deployment to Kubernetes. */
  readonly namespace: string;
  /** Whether an earlier stage found nothing wrong at a path or above it. */
  sound(path: string): boolean;
  /** Whether nothing below the path is wrong either. */
  intact(path: string): boolean;
}

/** Something that must hold before a stack may be deployed; returns what speaks against it. */
export type Rule = (preflight: Preflight) => readonly Diagnostic[];
