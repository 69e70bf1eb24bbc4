import type { ServerResponse } from "node:http";
import { type Asked, json, refused, startServer, type TestServer } from "./http-server.ts";

export interface FakeSecrets extends TestServer {
  /** Creates or modifies one. */
  put(name: string): void;
  remove(name: string): void;
  /** Modifies one without telling the streams, as if that was before what they can still be told. */
  putUnseen(name: string): void;
  removeUnseen(name: string): void;
  /** Writes to every open stream as it is. */
  write(text: string): void;
  bookmark(): void;
  /** Ends every open stream: as it should, or in the middle. */
  end(): void;
  cut(): void;
  /** Answers in place of the server, until it says no. */
  intercept(answer: ((asked: Asked, response: ServerResponse) => boolean) | undefined): void;
  readonly streams: number;
  readonly lists: readonly Asked[];
  readonly watches: readonly Asked[];
}

const isWatch = ({ url }: Asked): boolean => url.searchParams.get("watch") === "true";

/** An API server that holds Secrets in memory, to be listed and watched. */
export async function startFakeSecrets(): Promise<FakeSecrets> {
  const secrets = new Map<string, object>();
  const history: { readonly version: number; readonly line: string }[] = [];
  const streams = new Set<ServerResponse>();
  let version = 100;
  let answerInstead: ((asked: Asked, response: ServerResponse) => boolean) | undefined;

  const secretOf = (name: string) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, uid: `uid-${name}`, resourceVersion: String(version) },
  });
  const write = (text: string): void => {
    for (const stream of streams) stream.write(text);
  };
  const tell = (type: string, object: object): void => {
    const line = `${JSON.stringify({ type, object })}\n`;
    history.push({ version, line });
    write(line);
  };
  const change = (name: string): "ADDED" | "MODIFIED" => {
    version++;
    const type = secrets.has(name) ? "MODIFIED" : "ADDED";
    secrets.set(name, secretOf(name));
    return type;
  };
  const watch = ({ url }: Asked, response: ServerResponse): void => {
    const from = Number(url.searchParams.get("resourceVersion"));
    response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    for (const { line } of history.filter(event => event.version > from)) response.write(line);
    streams.add(response);
    response.on("close", () => streams.delete(response));
  };
  const list = (response: ServerResponse): void => {
    const items = [...secrets.values()].map(({ kind: _kind, ...item }: { kind?: string }) => item);
    json(response, { kind: "SecretList", metadata: { resourceVersion: String(version) }, items });
  };
  const taken = (): readonly ServerResponse[] => {
    const open = [...streams];
    streams.clear();
    return open;
  };
  const server = await startServer((asked, response) => {
    if (answerInstead?.(asked, response)) return;
    if (!asked.url.pathname.endsWith("/secrets")) return json(response, refused(404, "NotFound"), 404);
    return isWatch(asked) ? watch(asked, response) : list(response);
  });
  return {
    ...server,
    put: name => tell(change(name), secrets.get(name) ?? {}),
    remove: name => {
      version++;
      secrets.delete(name);
      tell("DELETED", secretOf(name));
    },
    putUnseen: name => void change(name),
    removeUnseen: name => {
      version++;
      secrets.delete(name);
    },
    write,
    bookmark: () => {
      version++;
      write(`${JSON.stringify({ type: "BOOKMARK", object: { metadata: { resourceVersion: String(version) } } })}\n`);
    },
    end: () => {
      for (const stream of taken()) stream.end();
    },
    cut: () => {
      for (const stream of taken()) stream.destroy();
    },
    intercept: answer => {
      answerInstead = answer;
    },
    get streams() {
      return streams.size;
    },
    get lists() {
      return server.asked.filter(asked => !isWatch(asked));
    },
    get watches() {
      return server.asked.filter(isWatch);
    },
  };
}
