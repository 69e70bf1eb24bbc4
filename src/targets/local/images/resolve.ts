import type { Diagnostic, Staged } from "../../../diagnostics/index.ts";
import { createGate, type PullPolicy } from "../../index.ts";
import type { Image } from "../api/engine.ts";
import { EngineError } from "../api/error.ts";
import type { Host } from "../host.ts";
import { askRegistry, silent } from "./attempts.ts";
import { notOnEngine, pullFinding } from "./findings.ts";
import { digestIn, parseReference } from "./reference.ts";
import { byReference, type WantedImage, type Wanting } from "./wanted.ts";

/** How many images are looked at at a time. */
const parallel = 8;

/** What references name now, and what has to be pulled. */
export interface Resolved {
  /** By reference, where the engine has it. */
  readonly present: ReadonlyMap<string, Image>;
  /** By reference, the registry's digest of those that will name another image once they are pulled. */
  readonly digests: ReadonlyMap<string, string>;
  readonly pulls: readonly WantedImage[];
}

interface One {
  readonly reference: string;
  readonly wanting: Wanting;
  readonly image?: Image | undefined;
  readonly pull?: boolean;
  readonly digest?: string;
  readonly diagnostics?: readonly Diagnostic[];
}

/** Looks at each image once. Only with `always` is a registry asked, and never for what a digest names. */
export async function resolveImages(
  host: Host,
  wanted: readonly WantedImage[],
  policy: PullPolicy,
): Promise<Staged<Resolved>> {
  const gate = createGate(parallel);
  const all: readonly One[] = await Promise.all(
    Array.from(byReference(wanted), ([reference, wanting]) =>
      gate(async () => ({ reference, wanting, ...(await resolveOne(host, { reference, wanting }, policy)) })),
    ),
  );
  return {
    value: {
      present: new Map(all.flatMap(({ reference, image }) => (image === undefined ? [] : [[reference, image]]))),
      digests: new Map(all.flatMap(({ reference, digest }) => (digest === undefined ? [] : [[reference, digest]]))),
      pulls: all.flatMap(({ wanting, pull }) => (pull === true ? wanting : [])),
    },
    diagnostics: all.flatMap(({ diagnostics = [] }) => diagnostics),
  };
}

async function resolveOne(
  host: Host,
  { reference, wanting }: Pick<One, "reference" | "wanting">,
  policy: PullPolicy,
): Promise<Omit<One, "reference" | "wanting">> {
  const image = await host.engine.image(reference);
  if (image === undefined) return policy === "never" ? { diagnostics: [notOnEngine(wanting)] } : { pull: true };
  if (policy !== "always" || parseReference(reference).digest !== undefined) return { image };
  const asked = await askRegistry(host, reference, () => remoteDigest(host, reference));
  if ("refused" in asked) return { image, diagnostics: [pullFinding(wanting, asked.refused)] };
  const isSame = image.digests.some(known => digestIn(known) === asked.answer);
  return isSame ? { image } : { image, pull: true, digest: asked.answer };
}

/** The engine has just answered: where it no longer does, it waits for the registry. */
async function remoteDigest({ engine }: Host, reference: string): Promise<string> {
  try {
    return await engine.remoteDigest(reference);
  } catch (cause) {
    if (cause instanceof EngineError && cause.status === 0 && cause.code === "ETIMEDOUT") throw silent();
    throw cause;
  }
}
