import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../../src/diagnostics/index.ts";
import { defaultTiming, type Progress, type PullPolicy } from "../../../src/targets/index.ts";
import type { CredentialSource } from "../../../src/targets/local/api/credentials.ts";
import type { Engine, Image, PullStep } from "../../../src/targets/local/api/engine.ts";
import { EngineError } from "../../../src/targets/local/api/error.ts";
import type { Host } from "../../../src/targets/local/host.ts";
import { pullImages } from "../../../src/targets/local/images/pull.ts";
import { resolveImages } from "../../../src/targets/local/images/resolve.ts";
import type { WantedImage } from "../../../src/targets/local/images/wanted.ts";
import { createManualEffects } from "../effects.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import { createFakeEngine, type FakeEngine } from "./fake-engine.ts";

const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;
const name = "r.acme.dev/agent";
const reference = `${name}:v1`;

const want = (image: string, daemon = "agent"): WantedImage => ({
  reference: image,
  daemon,
  path: `/resources/${daemon}/code/image`,
});

const imageWith = (letter: string, repository = name): Image => ({
  id: digestOf("1"),
  digests: [`${repository}@${digestOf(letter)}`],
  environment: [],
  hasHealthCheck: false,
  operatingSystem: "linux",
  architecture: "amd64",
});

function createStage(engine: FakeEngine = createFakeEngine()) {
  const effects = createVirtualClock();
  const told: Progress[] = [];
  const host: Host = {
    engine,
    effects,
    timing: defaultTiming,
    onProgress: progress => told.push(progress),
    signal: new AbortController().signal,
    holder: "test",
    lockTimeout: 0,
    stateOf: () => {
      throw new Error("no state is needed");
    },
    afterSignal: () => host,
  };
  return {
    engine,
    host,
    effects,
    told,
    pull: (...wanted: readonly WantedImage[]) => effects.settle(pullImages(host, wanted)),
    resolve: (policy: PullPolicy, ...wanted: readonly WantedImage[]) =>
      effects.settle(resolveImages(host, wanted, policy)),
  };
}

const refused = (message: string, credentials?: CredentialSource): EngineError =>
  new EngineError(message, { status: 500, credentials });
const names = (found: readonly Diagnostic[]): readonly string[] => found.map(one => one.name);
const pulls = ({ calls }: FakeEngine): readonly string[] => calls.filter(call => call.startsWith("pull"));

describe("a pull", () => {
  test("happens once for each image, however many daemons run it", async () => {
    const { engine, pull } = createStage();
    for (const image of [reference, "other:1"]) engine.registry.set(image, { image: imageWith("a") });
    expect(await pull(want(reference, "a"), want("other:1", "b"), want(reference, "c"))).toEqual([]);
    expect(pulls(engine)).toEqual([`pull ${reference}`, "pull other:1"]);
  });

  test("goes on for a few at a time", async () => {
    let [running, most] = [0, 0];
    const engine = createFakeEngine();
    const { host, effects } = createStage(engine);
    const slow: Engine = {
      ...engine,
      pull: async () => {
        running += 1;
        most = Math.max(most, running);
        await effects.sleep(1_000);
        running -= 1;
      },
    };
    const wanted = Array.from({ length: 10 }, (_, index) => want(`image:${index}`));
    await effects.settle(pullImages({ ...host, engine: slow }, wanted));
    expect(most).toBe(3);
  });

  test("is tried again while that can help, and then is a finding", async () => {
    const { engine, pull } = createStage();
    engine.registry.set(reference, { image: imageWith("a") });
    engine.fail("pull", refused("dial tcp 1.2.3.4:443: connect: connection refused"), 2);
    expect(await pull(want(reference))).toEqual([]);
    expect(pulls(engine)).toHaveLength(3);
    engine.forgetCalls();
    engine.fail("pull", refused("received unexpected HTTP status: 503 Service Unavailable"), 9);
    expect(names(await pull(want(reference)))).toEqual(["image-registry-failing"]);
    expect(pulls(engine)).toHaveLength(4);
  });

  test("that is refused is not tried again, and the others go on", async () => {
    const { engine, pull } = createStage();
    engine.registry.set("other:1", { image: imageWith("a") });
    const found = await pull(want(reference), want("other:1", "other"));
    expect(pulls(engine)).toEqual([`pull ${reference}`, "pull other:1"]);
    expect(found).toMatchObject([
      {
        name: "image-tag-unknown",
        at: { path: "/resources/agent/code/image", on: "value" },
        details: [{ lines: ["manifest for r.acme.dev/agent:v1 not found: manifest unknown"] }],
      },
    ]);
    expect(engine.calls).not.toContain(`remoteDigest ${reference}`);
  });

  test("that is refused is one finding, with everybody else who wants the image beside it", async () => {
    const { pull } = createStage();
    const found = await pull(want(reference, "a"), want(reference, "b"), want(reference, "c"));
    expect(found).toHaveLength(1);
    expect(found[0]?.at).toEqual({ path: "/resources/a/code/image", on: "value" });
    expect(found[0]?.related.map(({ at }) => at)).toEqual([
      { path: "/resources/b/code/image", on: "value" },
      { path: "/resources/c/code/image", on: "value" },
    ]);
  });

  test.each([
    ["image-name-unknown", "repository x not found: name unknown: repository name not known to registry"],
    ["image-name-unknown", "pull access denied for x, repository does not exist or may require 'docker login'"],
    ["image-login-refused", "unauthorized"],
    ["image-registry-unreachable", "x509: certificate signed by unknown authority"],
    ["image-platform-missing", "no matching manifest for linux/arm64/v8 in the manifest list entries"],
    ["image-pull-limit", "toomanyrequests: You have reached your pull rate limit."],
    ["image-disk-full", "write /var/lib/docker/tmp/GetImageBlob1: no space left on device"],
    ["image-reference-refused", "invalid reference format"],
    ["image-registry-failing", "something new"],
  ])("has a finding of its own for each cause: %s", async (expected, message) => {
    const { engine, pull } = createStage();
    engine.fail("pull", refused(message));
    expect(names(await pull(want(reference)))).toEqual([expected]);
  });

  test("tells a missing name from a missing tag where the registry does", async () => {
    const { engine, pull } = createStage();
    const message = "manifest for r.acme.dev/agent:v1 not found: manifest unknown: manifest unknown";
    const answers = [false, true, undefined].map(hasRepository => ({ status: 404, hasRepository }));
    for (const answer of answers) engine.fail("pull", new EngineError(message, answer));
    const [name, tag, either] = [await pull(want(reference)), await pull(want(reference)), await pull(want(reference))];
    expect(names([...name, ...tag, ...either])).toEqual([
      "image-name-unknown",
      "image-tag-unknown",
      "image-tag-unknown",
    ]);
    expect(tag[0]?.help).not.toContain("the name");
    expect(either[0]?.help).toContain("the name");
  });

  test("says with which credentials it was refused", async () => {
    const { engine, pull } = createStage();
    engine.fail("pull", refused("unauthorized", { kind: "helper", program: "docker-credential-acme" }));
    engine.fail("pull", refused("unauthorized", { kind: "none" }));
    const [first] = await pull(want(reference));
    expect(first?.message).toContain("docker-credential-acme");
    const [second] = await pull(want(reference));
    expect(second?.message).toContain("without credentials");
    expect(second?.help).toContain("docker login r.acme.dev");
  });

  test("of which nothing is heard any more is a finding", async () => {
    const { engine, host, effects } = createStage();
    let isDone = false;
    const hanging: Engine = {
      ...engine,
      pull: async (_reference, onLayer) => {
        for (let step = 0; step < 3; step += 1) {
          await effects.sleep(defaultTiming.silence - 1);
          onLayer({ layer: "a", status: "Waiting" });
        }
        isDone = true;
        await new Promise(() => undefined);
      },
    };
    const [found] = await effects.settle(pullImages({ ...host, engine: hanging }, [want(reference)]));
    expect(isDone).toBe(true);
    expect(found).toMatchObject({ name: "image-registry-unreachable", related: [] });
    expect(found?.message).toContain("does not answer in time");
    expect(found).not.toHaveProperty("details");
  });

  test("ends with the engine, and with an interrupt", async () => {
    const { engine, pull } = createStage();
    engine.goAway();
    await expect(pull(want(reference))).rejects.toMatchObject({ name: "EngineError", status: 0 });
    const interrupted = new Error("interrupted");
    const { engine: other, pull: again } = createStage();
    other.fail("pull", interrupted);
    await expect(again(want(reference))).rejects.toBe(interrupted);
  });
});

describe("the progress of a pull", () => {
  const mega = 1_000_000;

  /** What is told of a pull whose engine says these things, with so many milliseconds between them. */
  async function toldOf(steps: readonly PullStep[], between: number): Promise<readonly Progress[]> {
    const effects = createManualEffects();
    const { host, told, engine } = createStage();
    const saying: Engine = {
      ...engine,
      pull: async (_reference, onLayer) => {
        for (const step of steps) {
          effects.advance(between);
          onLayer(step);
        }
      },
    };
    await pullImages({ ...host, engine: saying, effects }, [want(reference)]);
    expect(effects.sleepers()).toEqual([]);
    return told;
  }
  const layersOf = (progress: Progress | undefined) => (progress?.kind === "pull" ? progress.layers : undefined);

  const steps: readonly PullStep[] = [
    { layer: "v1", status: "Pulling from agent" },
    { layer: "a", status: "Pulling fs layer" },
    { layer: "b", status: "Pulling fs layer" },
    { layer: "c", status: "Already exists" },
    { layer: "b", status: "Waiting" },
    { layer: "a", status: "Downloading", current: mega, total: 4 * mega },
    { layer: "b", status: "Retrying in 3 seconds" },
    { layer: "a", status: "Verifying Checksum" },
    { layer: "a", status: "Download complete" },
    { layer: "a", status: "Extracting", current: 2 * mega, total: 4 * mega },
    { layer: "a", status: "Extracting", current: 1 },
    { layer: "a", status: "Pull complete" },
    { status: `Digest: ${digestOf("a")}` },
    { status: `Status: Downloaded newer image for ${reference}` },
  ];

  test("is each layer's, in the order in which they were told of", async () => {
    const told = await toldOf(steps, 1_000);
    expect(
      told.map(progress =>
        layersOf(progress)
          ?.map(({ id, phase }) => `${id} ${phase}`)
          .join(", "),
      ),
    ).toEqual([
      "",
      "a waiting",
      "a waiting, b waiting",
      "a waiting, b waiting, c done",
      "a waiting, b waiting, c done",
      "a downloading, b waiting, c done",
      "a downloading, b waiting, c done",
      "a downloading, b waiting, c done",
      "a downloading, b waiting, c done",
      "a extracting, b waiting, c done",
      "a extracting, b waiting, c done",
      "a done, b waiting, c done",
      "a done, b waiting, c done",
    ]);
    const bytes = told.map(progress => layersOf(progress)?.[0]).map(layer => [layer?.current, layer?.total]);
    expect(bytes.slice(5)).toEqual([
      [mega, 4 * mega],
      [mega, 4 * mega],
      [4 * mega, 4 * mega],
      [4 * mega, 4 * mega],
      [2 * mega, 4 * mega],
      [0, 4 * mega],
      [4 * mega, 4 * mega],
      [4 * mega, 4 * mega],
    ]);
    expect(told.map(progress => progress.kind === "pull" && progress.done)).toEqual([
      ...Array.from({ length: 12 }, () => false),
      true,
    ]);
  });

  test("is told a few times a second at most, and at the end", async () => {
    const many = Array.from(
      { length: 1_000 },
      (_, index): PullStep => ({
        layer: "a",
        status: "Downloading",
        current: index,
        total: 1_000,
      }),
    );
    const told = await toldOf(many, 10);
    expect(told.length).toBeGreaterThan(30);
    expect(told.length).toBeLessThan(45);
    expect(layersOf(told.at(-1))).toEqual([{ id: "a", phase: "downloading", current: 999, total: 1_000 }]);
  });

  test("begins again where the pull does", async () => {
    const { engine, host, told, effects } = createStage();
    let attempt = 0;
    const failing: Engine = {
      ...engine,
      pull: async (_reference, onLayer) => {
        attempt += 1;
        onLayer({ layer: `layer-${attempt}`, status: "Pulling fs layer" });
        if (attempt === 1) throw refused("read tcp 10.0.0.2:41000->1.2.3.4:443: read: connection reset by peer");
      },
    };
    expect(await effects.settle(pullImages({ ...host, engine: failing }, [want(reference)]))).toEqual([]);
    expect(layersOf(told.at(-1))?.map(({ id }) => id)).toEqual(["layer-2"]);
  });

  test("ends without a word where the pull is refused", async () => {
    const { pull, told } = createStage();
    await pull(want(reference));
    expect(told).toEqual([{ kind: "pull", image: reference, layers: [], done: false }]);
  });
});

describe("what an image is now", () => {
  test("with `missing` it is pulled where the engine does not have it, and no registry is asked", async () => {
    const { engine, resolve } = createStage();
    const image = engine.addImage(reference, imageWith("a"));
    const found = await resolve("missing", want(reference), want("other:1", "b"), want("other:1", "c"));
    expect(found).toEqual({
      value: {
        present: new Map([[reference, image]]),
        digests: new Map(),
        pulls: [want("other:1", "b"), want("other:1", "c")],
      },
      diagnostics: [],
    });
    expect(engine.calls).toEqual([`image ${reference}`, "image other:1"]);
  });

  test("with `never` it has to be there", async () => {
    const { engine, resolve } = createStage();
    engine.addImage(reference, imageWith("a"));
    const { value, diagnostics } = await resolve("never", want(reference), want("other:1", "b"), want("other:1", "c"));
    expect(names(diagnostics)).toEqual(["image-not-on-engine"]);
    expect(diagnostics[0]).toMatchObject({ at: { path: "/resources/b/code/image" }, related: [{}] });
    expect(value.pulls).toEqual([]);
  });

  test("with `always` it is pulled where the registry has another one", async () => {
    const { engine, resolve } = createStage();
    engine.addImage(reference, imageWith("a"));
    engine.registry.set(reference, { image: imageWith("a") });
    const same = await resolve("always", want(reference), want("other:1", "b"));
    expect(same.value.digests).toEqual(new Map());
    expect(same.value.pulls).toEqual([want("other:1", "b")]);
    engine.registry.set(reference, { image: imageWith("b") });
    const moved = await resolve("always", want(reference));
    expect(moved.value.digests).toEqual(new Map([[reference, digestOf("b")]]));
    expect(moved.value.pulls).toEqual([want(reference)]);
    expect(moved.diagnostics).toEqual([]);
  });

  test("the same image under another name is the same", async () => {
    const { engine, resolve } = createStage();
    engine.addImage(reference, imageWith("a", "mirror.acme.dev/agent"));
    engine.registry.set(reference, { image: imageWith("a") });
    expect((await resolve("always", want(reference))).value.pulls).toEqual([]);
  });

  test("with `always`, what a registry does not tell is a finding, after some attempts where it may pass", async () => {
    const { engine, resolve } = createStage();
    engine.addImage(reference, imageWith("a"));
    engine.fail("remoteDigest", refused("dial tcp 1.2.3.4:443: connect: connection refused"), 9);
    const { diagnostics } = await resolve("always", want(reference));
    expect(names(diagnostics)).toEqual(["image-registry-unreachable"]);
    expect(engine.calls.filter(call => call.startsWith("remoteDigest"))).toHaveLength(4);
  });

  test("a registry that lets the engine wait is a finding, and no engine that does not answer", async () => {
    const { engine, resolve } = createStage();
    engine.addImage(reference, imageWith("a"));
    engine.fail("remoteDigest", new EngineError("no answer in time", { status: 0, code: "ETIMEDOUT" }));
    const { diagnostics } = await resolve("always", want(reference));
    expect(diagnostics).toMatchObject([{ name: "image-registry-unreachable" }]);
    expect(engine.calls.filter(call => call.startsWith("remoteDigest"))).toHaveLength(1);
    engine.fail("remoteDigest", new EngineError("connect ECONNREFUSED", { status: 0, code: "ECONNREFUSED" }));
    await expect(resolve("always", want(reference))).rejects.toMatchObject({ status: 0, code: "ECONNREFUSED" });
  });

  test("what a digest names is never asked for once it is there", async () => {
    const { engine, resolve } = createStage();
    const pinned = `${name}@${digestOf("a")}`;
    engine.addImage(pinned, imageWith("a"));
    const { value, diagnostics } = await resolve("always", want(pinned));
    expect(diagnostics).toEqual([]);
    expect(value.pulls).toEqual([]);
    expect(engine.calls).toEqual([`image ${pinned}`]);
  });
});
