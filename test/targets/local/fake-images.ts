import type { Engine, Image } from "../../../src/targets/local/api/engine.ts";
import { type FakeWorld, refuse, tagged } from "./fake-world.ts";

type Images = "image" | "remoteDigest" | "pull" | "importImage" | "removeImage";

export const fakeImages = (world: FakeWorld): Pick<Engine, Images> => ({
  image: async reference => byReference(world, reference),
  remoteDigest: async reference => {
    const { image } = remote(world, reference);
    return /@(.*)$/.exec(image.digests[0] ?? "")?.[1] ?? image.id;
  },
  pull: async (reference, onLayer) => {
    const { image, steps = [] } = remote(world, reference);
    for (const step of steps) onLayer(step);
    world.images.set(tagged(reference), image);
  },
  importImage: async (_tar, reference) => addImage(world, reference).id,
  removeImage: async reference => {
    const image = byReference(world, reference);
    if (image === undefined) return;
    const user = [...world.containers.values()].find(({ spec }) => tagged(spec.image) === tagged(reference));
    if (user !== undefined) {
      throw refuse(409, `conflict: unable to remove repository reference "${reference}" (must force)`);
    }
    world.images.delete(tagged(reference));
  },
});

const byReference = ({ images }: FakeWorld, reference: string): Image | undefined =>
  images.get(tagged(reference)) ?? [...images.values()].find(({ id, digests }) => [id, ...digests].includes(reference));

function remote({ registry }: FakeWorld, reference: string) {
  const found = registry.get(tagged(reference)) ?? registry.get(reference);
  if (found === undefined) {
    throw refuse(404, `manifest for ${tagged(reference)} not found: manifest unknown: manifest unknown`);
  }
  return found;
}

export function addImage(world: FakeWorld, reference: string, image: Partial<Image> = {}): Image {
  const made: Image = {
    id: `sha256:${world.nextId()}`,
    digests: [],
    environment: ["PATH=/bin:/sbin:/usr/bin:/usr/sbin"],
    hasHealthCheck: false,
    operatingSystem: "linux",
    architecture: "amd64",
    ...image,
  };
  world.images.set(tagged(reference), made);
  return made;
}
