/** An image that a daemon runs. */
export interface WantedImage {
  readonly reference: string;
  readonly daemon: string;
  /** Document path of the reference. */
  readonly path: string;
}

/** All who want one image. */
export type Wanting = readonly [WantedImage, ...WantedImage[]];

/** Those who want an image, by its reference, in the order in which they were given. */
export function byReference(wanted: readonly WantedImage[]): ReadonlyMap<string, Wanting> {
  const found = new Map<string, [WantedImage, ...WantedImage[]]>();
  for (const one of wanted) {
    const wanting = found.get(one.reference);
    if (wanting === undefined) found.set(one.reference, [one]);
    else wanting.push(one);
  }
  return found;
}
