import type { Diagnostic } from "../../../diagnostics/index.ts";
import { createGate, type PullLayer } from "../../index.ts";
import type { PullStep } from "../api/engine.ts";
import type { Host } from "../host.ts";
import { askRegistry, silent } from "./attempts.ts";
import { pullFinding } from "./findings.ts";
import { layerAfter } from "./layers.ts";
import { byReference, type WantedImage, type Wanting } from "./wanted.ts";

/** How many images are pulled at a time; of each, the engine loads a few layers at a time. */
const parallel = 3;

/** How long nothing is told of a pull after something was, in milliseconds. */
const quiet = 250;

/**
 * Pulls each image once and tells how far it is. What a registry refuses comes back as findings, one for each image; an
 * engine that does not answer is thrown.
 */
export async function pullImages(host: Host, wanted: readonly WantedImage[]): Promise<readonly Diagnostic[]> {
  const gate = createGate(parallel);
  const found = await Promise.all(
    Array.from(byReference(wanted), ([reference, wanting]) => gate(() => pullOne(host, reference, wanting))),
  );
  return found.flat();
}

async function pullOne(host: Host, reference: string, wanting: Wanting): Promise<readonly Diagnostic[]> {
  const teller = createTeller(host, reference);
  const outcome = await askRegistry(host, reference, () => {
    teller.begin();
    return unlessSilent(host, heard =>
      host.engine.pull(reference, step => {
        heard();
        teller.onLayer(step);
      }),
    );
  });
  if ("refused" in outcome) return [pullFinding(wanting, outcome.refused)];
  teller.end();
  return [];
}

/** Waits for a pull as long as something is heard of it: no engine ends one that hangs. */
async function unlessSilent(
  { effects, timing, signal }: Host,
  pull: (heard: () => void) => Promise<void>,
): Promise<void> {
  const over = new AbortController();
  let steps = 0;
  const watch = async (): Promise<void> => {
    for (let before = -1; before !== steps; ) {
      before = steps;
      await effects.sleep(timing.silence, AbortSignal.any([signal, over.signal]));
    }
    throw silent();
  };
  const pulling = pull(() => {
    steps += 1;
  });
  try {
    await Promise.race([pulling, watch()]);
  } finally {
    over.abort();
  }
}

/** Tells of one pull, every now and then. */
function createTeller({ effects, onProgress }: Host, image: string) {
  const layers = new Map<string, PullLayer>();
  let toldAt = 0;
  const tell = (done: boolean): void => {
    toldAt = effects.now();
    onProgress({ kind: "pull", image, layers: [...layers.values()], done });
  };
  return {
    begin: (): void => {
      layers.clear();
      tell(false);
    },
    onLayer: (step: PullStep): void => {
      const layer = layerAfter(layers.get(step.layer ?? ""), step);
      if (layer === undefined) return;
      layers.set(layer.id, layer);
      if (effects.now() - toldAt >= quiet) tell(false);
    },
    end: (): void => tell(true),
  };
}
