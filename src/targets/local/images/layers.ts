import type { PullLayer } from "../../index.ts";
import type { PullStep } from "../api/engine.ts";

/** What engines call the steps of one layer; the rest of what they tell is about the image as a whole. */
const phases: Readonly<Record<string, PullLayer["phase"]>> = {
  "Pulling fs layer": "waiting",
  Waiting: "waiting",
  Downloading: "downloading",
  "Verifying Checksum": "downloading",
  "Download complete": "downloading",
  Extracting: "extracting",
  "Pull complete": "done",
  "Already exists": "done",
};

/** A layer after a step of its pull; undefined for a step of something else. */
export function layerAfter(before: PullLayer | undefined, step: PullStep): PullLayer | undefined {
  const phase = step.layer === undefined ? undefined : phaseOf(step.status);
  if (step.layer === undefined || phase === undefined) return undefined;
  return { id: step.layer, phase, ...bytesOf(before, step, phase) };
}

const phaseOf = (status: string): PullLayer["phase"] | undefined =>
  status.startsWith("Retrying in ") ? "waiting" : phases[status];

/** A layer that is there has all its bytes, although the engine does not say how many they were. */
function bytesOf(
  before: PullLayer | undefined,
  { status, current, total }: PullStep,
  phase: PullLayer["phase"],
): Pick<PullLayer, "current" | "total"> {
  const size = total ?? before?.total;
  if (size === undefined) return {};
  if (phase === "done" || status === "Download complete" || status === "Verifying Checksum") {
    return { current: size, total: size };
  }
  // Some engines count the seconds of extracting, and give no total.
  return { current: total === undefined ? 0 : Math.min(current ?? 0, size), total: size };
}
