import { connect, type Socket } from "node:net";
import type { Endpoint } from "./connect.ts";
import { type Decoder, decodeAnswer } from "./http-answer.ts";
import type { Answer, EngineRequest, Line } from "./line.ts";

/** The most connections at a time; reads wait their turn. More are no faster. */
const most = 8;
/** After so many milliseconds without a word the system asks whether the other side is still there. */
const silence = 30_000;

interface Read {
  readonly path: string;
  readonly signal: AbortSignal;
  resolve(answer: Answer): void;
  reject(cause: unknown): void;
}

interface Connection {
  /** Asks, when nothing else is asked. */
  ask(read: Read): void;
  isClosed(): boolean;
  close(): void;
}

/**
 * A line for short reads alone. Of what a look at fifty containers takes, Node's HTTP client would be the half: its
 * requests and answers are streams.
 */
export function dialReads(listens: Endpoint["listens"]): Line {
  const waiting: Read[] = [];
  const idle: Connection[] = [];
  const open = new Set<Connection>();
  const another = (): Connection | undefined => {
    for (let kept = idle.pop(); kept !== undefined; kept = idle.pop()) if (!kept.isClosed()) return kept;
    if (open.size >= most) return undefined;
    const made = openConnection(listens, {
      onFree: () => {
        idle.push(made);
        next();
      },
      onClose: () => {
        open.delete(made);
        next();
      },
    });
    open.add(made);
    return made;
  };
  const next = (): void => {
    for (let read = waiting[0]; read !== undefined; read = waiting[0]) {
      const connection = read.signal.aborted ? undefined : another();
      if (connection === undefined && !read.signal.aborted) return;
      waiting.shift();
      if (connection === undefined) read.reject(read.signal.reason);
      else connection.ask(read);
    }
  };
  return {
    send: ({ path, query }, signal) =>
      new Promise((resolve, reject) => {
        waiting.push({ path: `${path}${queryOf(query)}`, signal, resolve, reject });
        next();
      }),
    close: () => {
      for (const connection of open) connection.close();
    },
  };
}

function queryOf(query: EngineRequest["query"] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length === 0
    ? ""
    : `?${given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&")}`;
}

interface ConnectionEvents {
  /** The last answer is whole, and there may be another one. */
  onFree(): void;
  onClose(): void;
}

function openConnection(listens: Endpoint["listens"], { onFree, onClose }: ConnectionEvents): Connection {
  const socket = connect("socketPath" in listens ? { path: listens.socketPath } : listens);
  const stop = (): void => void socket.destroy();
  let current: { readonly read: Read; readonly decoder: Decoder } | undefined;
  const finish = (): Read | undefined => {
    const read = current?.read;
    current = undefined;
    read?.signal.removeEventListener("abort", stop);
    return read;
  };
  const take = (piece: Buffer): void => {
    const decoded = current?.decoder.take(piece);
    const isUnasked = current === undefined;
    if (decoded !== undefined) finish()?.resolve(decoded.answer);
    // Whoever speaks unasked is not to be asked.
    if (isUnasked || decoded?.isLast === true) stop();
    else if (decoded !== undefined) onFree();
  };
  const end = (): void => {
    const whole = current?.decoder.end();
    if (whole !== undefined) finish()?.resolve(whole);
    stop();
  };
  const fail = (cause: Error): void => finish()?.reject(cause);
  const close = (): void => {
    fail(Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" }));
    onClose();
  };
  listen(socket, { take, end, fail, close });
  return {
    ask: read => {
      current = { read, decoder: decodeAnswer() };
      read.signal.addEventListener("abort", stop);
      socket.write(`GET ${read.path} HTTP/1.1\r\nHost: ${hostOf(listens)}\r\n\r\n`);
    },
    isClosed: () => socket.destroyed,
    close: stop,
  };
}

interface Listener {
  take(piece: Buffer): void;
  end(): void;
  fail(cause: Error): void;
  close(): void;
}

/** What a piece cannot be ends the connection. */
function listen(socket: Socket, { take, end, fail, close }: Listener): void {
  const tryToTake = (piece: Buffer): void => {
    try {
      take(piece);
    } catch (cause) {
      socket.destroy(cause as Error);
    }
  };
  socket.setKeepAlive(true, silence).setNoDelay(true);
  socket.on("data", tryToTake).on("end", end).on("error", fail).on("close", close);
}

function hostOf(listens: Endpoint["listens"]): string {
  if ("socketPath" in listens) return "localhost";
  const { host, port } = listens;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
