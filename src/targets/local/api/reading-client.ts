import { connect, type Socket } from "node:net";
import type { Endpoint } from "./connect.ts";
import { type Decoder, decodeAnswer } from "./http-answer.ts";
import type { Answer, EngineRequest, Line } from "./line.ts";

/** The most connections at a time; reads wait their turn. More are no faster: the engine answers within a millisecond. */
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
  /** Asks, once nothing else is asked. */
  ask(read: Read): void;
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
  const next = (): void => {
    while (waiting.length > 0) {
      const connection = idle.pop() ?? (open.size < most ? connectTo() : undefined);
      if (connection === undefined) return;
      const read = waiting.shift();
      if (read !== undefined) connection.ask(read);
    }
  };
  const connectTo = (): Connection => {
    const connection = openConnection(listens, {
      onFree: () => {
        idle.push(connection);
        next();
      },
      onClose: () => {
        open.delete(connection);
        if (idle.includes(connection)) idle.splice(idle.indexOf(connection), 1);
        next();
      },
    });
    open.add(connection);
    return connection;
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
  const socket: Socket = connect("socketPath" in listens ? { path: listens.socketPath } : listens);
  const host = "socketPath" in listens ? "localhost" : `${listens.host}:${listens.port}`;
  let current: { readonly read: Read; readonly decoder: Decoder } | undefined;
  const stop = (): void => void socket.destroy();
  const finish = (): Read | undefined => {
    const read = current?.read;
    current = undefined;
    read?.signal.removeEventListener("abort", stop);
    return read;
  };
  const take = (piece: Buffer): void => {
    const decoded = current?.decoder.take(piece);
    if (decoded === undefined) return;
    finish()?.resolve(decoded.answer);
    if (!decoded.isLast) onFree();
    else socket.destroy();
  };
  socket
    .setKeepAlive(true, silence)
    .setNoDelay(true)
    .on("data", (piece: Buffer) => {
      try {
        take(piece);
      } catch (cause) {
        socket.destroy(cause as Error);
      }
    })
    .on("end", () => {
      const whole = current?.decoder.end();
      if (whole !== undefined) finish()?.resolve(whole);
      socket.destroy();
    })
    .on("error", cause => finish()?.reject(cause))
    .on("close", () => {
      finish()?.reject(Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" }));
      onClose();
    });
  return {
    ask: read => {
      current = { read, decoder: decodeAnswer() };
      if (read.signal.aborted) return stop();
      read.signal.addEventListener("abort", stop);
      socket.write(`GET ${read.path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    },
    close: stop,
  };
}
