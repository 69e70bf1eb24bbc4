import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openStore, type Store, type Watched } from "../../src/targets/kubernetes/watch/store.ts";
import { openCluster, type TestClusterOptions } from "./clusters.ts";
import { createManualEffects } from "./effects.ts";
import { startFakeSecrets } from "./fake-secrets.ts";
import { json, refused } from "./http-server.ts";
import { until } from "./until.ts";

interface OpenOptions extends TestClusterOptions {
  readonly watched?: readonly Watched[];
  readonly names?: readonly string[];
}

/** A store of the Secrets of a server, with its first streams open. */
async function open({ watched = [{ kind: "Secret" }], names = [], ...options }: OpenOptions = {}) {
  const api = await startFakeSecrets();
  for (const name of names) api.putUnseen(name);
  const cluster = openCluster(api.kubeconfig, options);
  const store = await openStore(cluster, watched);
  onTestFinished(async () => {
    store.stop();
    cluster.close();
    await api.close();
  });
  await until(() => api.streams === watched.length);
  return { api, cluster, store };
}

const shown = (store: Store): readonly string[] =>
  store.objects("Secret").map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`);
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    value => ({ resolved: value }),
    cause => cause,
  );
const lastVersion = (asked: readonly { readonly url: URL }[]): string | null | undefined =>
  asked.at(-1)?.url.searchParams.get("resourceVersion");

describe("a store", () => {
  test("lists, then watches from there", async () => {
    const watched: Watched = { kind: "Secret", selector: { labels: "a=b", fields: "metadata.name=c" } };
    const { api, store } = await open({ names: ["b", "a"], watched: [watched] });
    expect(shown(store)).toEqual(["a@102", "b@101"]);
    expect(store.objects("Secret").map(({ kind }) => kind)).toEqual(["Secret", "Secret"]);
    expect(api.watches.map(({ url }) => Object.fromEntries(url.searchParams))).toEqual([
      {
        labelSelector: "a=b",
        fieldSelector: "metadata.name=c",
        watch: "true",
        allowWatchBookmarks: "true",
        timeoutSeconds: "240",
        resourceVersion: "102",
      },
    ]);
  });

  test("tells what is created, modified and deleted", async () => {
    const { api, store } = await open({ names: ["b"] });
    api.put("a");
    expect(await store.changed(5_000)).toBe(true);
    expect(shown(store)).toEqual(["a@102", "b@101"]);
    api.put("b");
    expect(await store.changed(5_000)).toBe(true);
    expect(shown(store)).toEqual(["a@102", "b@103"]);
    api.remove("a");
    expect(await store.changed(5_000)).toBe(true);
    expect(shown(store)).toEqual(["b@103"]);
  });

  test("does not lose a change that came while nobody asked, and tells it once", async () => {
    const { api, store } = await open();
    api.put("a");
    await until(() => shown(store).length === 1);
    expect(await store.changed(5_000)).toBe(true);
    expect(await store.changed(1)).toBe(false);
  });

  test("tells no change where there is none", async () => {
    const { api, store } = await open({ names: ["a"] });
    api.bookmark();
    expect(await store.changed(30)).toBe(false);
  });

  test("sleeps no longer than until a change", async () => {
    const effects = createManualEffects();
    const { api, store } = await open({ effects });
    const waiting = store.changed(7_777);
    expect(effects.sleepers()).toContain(7_777);
    api.put("a");
    expect(await waiting).toBe(true);
    expect(effects.sleepers()).not.toContain(7_777);
  });

  test("keeps kinds apart", async () => {
    const { store } = await open({ names: ["a"] });
    expect(store.objects("Pod")).toEqual([]);
  });

  test("rejects where a list is refused, and ends the others", async () => {
    const api = await startFakeSecrets();
    const cluster = openCluster(api.kubeconfig);
    onTestFinished(async () => {
      cluster.close();
      await api.close();
    });
    let isEnded = false;
    api.intercept(({ url }, response) => {
      response.on("close", () => {
        isEnded ||= url.pathname.endsWith("/secrets");
      });
      return url.pathname.endsWith("/secrets");
    });
    expect(await failure(openStore(cluster, [{ kind: "Secret" }, { kind: "Pod" }]))).toMatchObject({ status: 404 });
    await until(() => isEnded);
    expect(api.watches).toEqual([]);
  });
});

describe("a stream that ends", () => {
  test.each(["end", "cut"] as const)("(%s) goes on from the last event", async how => {
    const { api, store } = await open({ names: ["a"] });
    api.put("b");
    await until(() => shown(store).length === 2);
    api[how]();
    api.put("c");
    api.remove("a");
    await until(() => shown(store).join() === "b@102,c@103");
    expect(lastVersion(api.watches)).toBe("102");
    expect(api.lists).toHaveLength(1);
  });

  test("goes on from the last bookmark", async () => {
    const { api, store } = await open({ names: ["a"] });
    api.bookmark();
    api.put("b");
    await until(() => shown(store).length === 2);
    api.bookmark();
    await until(async () => (await store.changed(0)) === false);
    api.end();
    await until(() => api.watches.length === 2);
    expect(lastVersion(api.watches)).toBe("104");
  });

  test("in the middle of a line goes on from the last whole one", async () => {
    const { api, store } = await open();
    api.put("a");
    api.write('{"type":"ADDED","object":{"kind":"Secret","meta');
    await until(() => shown(store).length === 1);
    api.end();
    await until(() => api.watches.length === 2);
    expect(lastVersion(api.watches)).toBe("101");
    api.put("b");
    await until(() => shown(store).join() === "a@101,b@102");
  });

  test.each([
    "<html>Sign in</html>\n",
    '{"error":"too slow"}\n',
    "null\n",
    '{"type":"ELSE","object":{"metadata":{"name":"x","resourceVersion":"1"}}}\n',
    '{"type":"ADDED","object":{}}\n',
    "\n",
  ])("with the noise of a proxy (%j) goes on", async noise => {
    const { api, store } = await open();
    api.write(noise);
    await until(() => api.watches.length === 2);
    await until(() => api.streams === 1);
    api.put("a");
    await until(() => shown(store).join() === "a@101");
    expect(api.lists).toHaveLength(1);
  });
});

describe("a stream that cannot go on from where it was", () => {
  const gone = `${JSON.stringify({ type: "ERROR", object: refused(410, "Expired") })}\n`;
  const broken = `${JSON.stringify({ type: "ERROR", object: refused(500, "InternalError") })}\n`;

  test.each([
    ["410", gone],
    ["500", broken],
  ])("(event of %s) lists again, and tells what changed and vanished", async (_, line) => {
    const { api, store } = await open({ names: ["a", "b", "c"] });
    api.putUnseen("a");
    api.removeUnseen("b");
    api.putUnseen("d");
    expect(shown(store)).toEqual(["a@101", "b@102", "c@103"]);
    api.write(line);
    expect(await store.changed(5_000)).toBe(true);
    expect(shown(store)).toEqual(["a@104", "c@103", "d@106"]);
    expect(api.lists).toHaveLength(2);
    await until(() => api.watches.length === 2);
    expect(lastVersion(api.watches)).toBe("106");
  });

  test("(410 on opening) lists again", async () => {
    const { api, store } = await open({ names: ["a"] });
    api.removeUnseen("a");
    let refusals = 0;
    api.intercept(({ url }, response) => {
      if (!url.searchParams.has("watch") || refusals++ > 0) return false;
      json(response, refused(410, "Expired"), 410);
      return true;
    });
    api.end();
    expect(await store.changed(5_000)).toBe(true);
    expect(shown(store)).toEqual([]);
    expect(api.lists).toHaveLength(2);
  });

  test("tells no change where the new list is the same", async () => {
    const { api, store } = await open({ names: ["a"] });
    api.write(gone);
    await until(() => api.watches.length === 2);
    expect(await store.changed(1)).toBe(false);
  });
});

describe("a stream that is silent", () => {
  test("is cut after 90 seconds, and goes on", async () => {
    const effects = createManualEffects();
    const { api, store } = await open({ effects });
    await until(() => effects.sleepers().includes(90_000));
    effects.advance(60_000);
    api.bookmark();
    api.put("a");
    await until(() => shown(store).length === 1);
    effects.advance(89_000);
    await until(() => effects.sleepers().includes(1_000));
    expect(api.watches).toHaveLength(1);
    effects.advance(1_000);
    await until(() => api.streams === 0);
    await until(() => effects.sleepers().length === 1);
    effects.advance(1);
    await until(() => api.streams === 1);
    expect(lastVersion(api.watches)).toBe("102");
    api.put("b");
    await until(() => shown(store).length === 2);
  });

  test("is cut where even the answer does not come", async () => {
    const effects = createManualEffects();
    const { api } = await open({ effects });
    api.intercept(() => true);
    api.end();
    await until(() => effects.sleepers().includes(1));
    effects.advance(1);
    await until(() => api.watches.length === 2);
    api.intercept(undefined);
    await until(() => effects.sleepers().includes(90_000));
    effects.advance(90_000);
    await until(() => effects.sleepers().length === 1);
    effects.advance(2);
    await until(() => api.streams === 1);
    expect(api.watches).toHaveLength(3);
  });
});

describe("a stream that is not opened", () => {
  const isWatch = (url: URL): boolean => url.searchParams.has("watch");

  test.each([
    [429, "429"],
    [500, "500"],
    [503, "503"],
    [0, "ECONNRESET"],
  ])("(%d) is tried for as long as it takes", async (status, problem) => {
    const { api, cluster, store } = await open();
    api.intercept((asked, response) => {
      if (!isWatch(asked.url)) return false;
      if (status === 0) response.socket?.resetAndDestroy();
      else json(response, refused(status), status);
      return true;
    });
    api.end();
    await until(() => api.watches.length > 10);
    expect(cluster.progress.at(-1)).toMatchObject({ kind: "retrying", problem });
    api.intercept(undefined);
    api.put("a");
    await until(() => shown(store).length === 1);
    expect(api.lists).toHaveLength(1);
  });

  test("is tried after pauses that double, and are short again after an event", async () => {
    const effects = createManualEffects();
    const { api, store } = await open({ effects, timing: { retry: 250 } });
    const pauses = async (count: number): Promise<readonly number[]> => {
      const seen: number[] = [];
      for (let asked = api.watches.length; seen.length < count; asked++) {
        await until(() => effects.sleepers().length === 1 && (effects.sleepers()[0] ?? 0) < 89_000);
        const [left = 0] = effects.sleepers();
        seen.push(Math.round(left));
        effects.advance(left);
        await until(() => api.watches.length > asked);
      }
      return seen;
    };
    api.intercept(({ url }, response) => isWatch(url) && void json(response, refused(500), 500) === undefined);
    api.end();
    expect(await pauses(7)).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000]);
    api.intercept(undefined);
    expect(await pauses(1)).toEqual([4000]);
    await until(() => api.streams === 1);
    api.put("a");
    await until(() => shown(store).length === 1);
    api.end();
    expect(await pauses(1)).toEqual([250]);
  });

  test("waits for as long as the server wants", async () => {
    const effects = createManualEffects();
    const { api } = await open({ effects });
    api.intercept(({ url }, response) => {
      if (isWatch(url)) json(response, refused(429), 429, { "retry-after": "6" });
      return isWatch(url);
    });
    api.end();
    await until(() => effects.sleepers().includes(1));
    effects.advance(1);
    await until(() => effects.sleepers().includes(6_000));
  });

  test("is listed for as long as it takes", async () => {
    const { api, store } = await open({ names: ["a"] });
    api.removeUnseen("a");
    api.intercept(({ url }, response) => {
      json(response, refused(isWatch(url) ? 410 : 500), isWatch(url) ? 410 : 500);
      return true;
    });
    api.end();
    await until(() => api.lists.length > 12);
    api.intercept(undefined);
    expect(await store.changed(5_000)).toBe(true);
    expect(shown(store)).toEqual([]);
  });

  test.each([401, 403, 404])("(%d) ends the store", async status => {
    const { api, store } = await open();
    const waiting = failure(store.changed(60_000));
    api.intercept((_, response) => void json(response, refused(status), status) === undefined);
    api.end();
    expect(await waiting).toMatchObject({ status });
    expect(await failure(store.changed(60_000))).toMatchObject({ status });
  });
});

describe("an optional kind", () => {
  const watched: readonly Watched[] = [{ kind: "Secret", optional: true }];

  test("that may not be listed is left out", async () => {
    const api = await startFakeSecrets();
    api.intercept((_, response) => void json(response, refused(403), 403) === undefined);
    const cluster = openCluster(api.kubeconfig);
    const store = await openStore(cluster, watched);
    onTestFinished(async () => {
      store.stop();
      cluster.close();
      await api.close();
    });
    expect(await store.changed(20)).toBe(false);
    expect(shown(store)).toEqual([]);
    expect(api.asked).toHaveLength(1);
    const waiting = failure(store.changed(60_000));
    store.stop();
    expect(await waiting).toMatchObject({ name: "AbortError" });
  });

  test("that may no longer be watched is left out", async () => {
    const { api, store } = await open({ watched, names: ["a"] });
    api.intercept((_, response) => void json(response, refused(403), 403) === undefined);
    api.end();
    expect(await store.changed(5_000)).toBe(true);
    expect(shown(store)).toEqual([]);
    expect(await store.changed(20)).toBe(false);
    expect(api.asked).toHaveLength(3);
  });

  test("that is not there is told", async () => {
    const { api, store } = await open({ watched });
    api.intercept((_, response) => void json(response, refused(404), 404) === undefined);
    api.end();
    expect(await failure(store.changed(5_000))).toMatchObject({ status: 404 });
  });
});

describe("the server's clock", () => {
  test("goes on from the list, and never back", async () => {
    const effects = createManualEffects();
    const api = await startFakeSecrets();
    let date = "Sat, 01 Jan 2022 00:00:10 GMT";
    const start = Date.parse(date);
    api.intercept((_, response) => {
      response.setHeader("date", date);
      return false;
    });
    const cluster = openCluster(api.kubeconfig, { effects });
    const store = await openStore(cluster, [{ kind: "Secret" }]);
    onTestFinished(async () => {
      store.stop();
      cluster.close();
      await api.close();
    });
    expect(store.serverTime()).toBe(start);
    effects.advance(1_500);
    expect(store.serverTime()).toBe(start + 1_500);
    const listAgain = async (at: string): Promise<void> => {
      date = at;
      const { length } = api.lists;
      await until(() => api.streams === 1);
      api.write(`${JSON.stringify({ type: "ERROR", object: refused(410) })}\n`);
      await until(() => effects.sleepers().some(left => left <= 50));
      effects.advance(50);
      await until(() => api.lists.length > length && api.streams === 1);
    };
    await listAgain("Sat, 01 Jan 2022 00:00:11 GMT");
    expect(store.serverTime()).toBe(start + 1_550);
    await listAgain("Sat, 01 Jan 2022 00:00:15 GMT");
    expect(store.serverTime()).toBe(start + 5_000);
  });

  test("is ours where the server does not tell", async () => {
    const effects = createManualEffects();
    const api = await startFakeSecrets();
    api.intercept((_, response) => {
      response.sendDate = false;
      return false;
    });
    const cluster = openCluster(api.kubeconfig, { effects });
    const store = await openStore(cluster, [{ kind: "Secret" }]);
    onTestFinished(async () => {
      store.stop();
      cluster.close();
      await api.close();
    });
    expect(store.serverTime()).toBe(effects.date().getTime());
  });
});

describe("the end of a store", () => {
  test("by the cluster's signal is told with its reason", async () => {
    const { api, cluster, store } = await open();
    const reason = new Error("interrupted");
    const waiting = failure(store.changed(60_000));
    cluster.abort(reason);
    expect(await waiting).toBe(reason);
    expect(await failure(store.changed(60_000))).toBe(reason);
    await until(() => api.streams === 0);
  });

  test("ends its streams, and who waits", async () => {
    const { api, cluster, store } = await open();
    const waiting = failure(store.changed(60_000));
    store.stop();
    expect(await waiting).toMatchObject({ name: "AbortError" });
    await until(() => api.streams === 0);
    expect(cluster.signal.aborted).toBe(false);
    expect(await cluster.list("Secret")).toMatchObject({ items: [] });
    expect(api.watches).toHaveLength(1);
  });

  test("lets the process end, without a rejection that nobody takes", async () => {
    const api = await startFakeSecrets();
    onTestFinished(() => api.close());
    const script = `
      const { openCluster } = await import("./clusters.ts");
      const { openStore } = await import("../../src/targets/kubernetes/watch/store.ts");
      const cluster = openCluster(${JSON.stringify(api.kubeconfig)});
      const store = await openStore(cluster, [{ kind: "Secret" }]);
      await store.changed(60_000);
      store.stop();
      cluster.connection.close();
    `;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: join(import.meta.dirname),
      stdio: ["ignore", "inherit", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    await until(() => api.streams === 1);
    api.put("a");
    await until(() => child.exitCode !== null);
    expect(child.exitCode).toBe(0);
  });
});
