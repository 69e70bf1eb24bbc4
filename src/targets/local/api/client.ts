import type { AgentOptions, IncomingMessage, RequestOptions } from "node:http";
import type { Staged } from "../../../diagnostics/index.ts";
import type { Host } from "../host.ts";
import type { ConnectOptions } from "../open-options.ts";
import { createCalls } from "./calls.ts";
import { type Endpoint, findEngine } from "./connect.ts";
import type { Engine } from "./engine.ts";
import type { Authenticate } from "./images-api.ts";
import type { EngineRequest, Line } from "./line.ts";
import { createEngine } from "./open-engine.ts";
import { dialReads } from "./reading-client.ts";
import type { HasRepository } from "./registry-client.ts";

/** Finds the engine that is meant. Nothing is sent before it is asked for something. */
export function openEngine(
  connect: ConnectOptions,
  { timing, signal, effects }: Pick<Host, "timing" | "signal" | "effects">,
): Staged<Engine | undefined> {
  const { value: endpoint, diagnostics } = findEngine(connect);
  if (endpoint === undefined) return { value: undefined, diagnostics };
  const calls = createCalls(dial(endpoint), { timing, signal, effects });
  const { environment } = connect;
  const authenticate: Authenticate = async reference =>
    (await import("./credentials.ts")).registryAuth(reference, { environment, signal });
  const hasRepository: HasRepository = async (...asked) =>
    (await import("./registry-client.ts")).hasRepository(...asked);
  return {
    value: createEngine(calls, {
      address: endpoint.address,
      authenticate,
      ...("socketPath" in endpoint.listens ? { hasRepository } : {}),
      timing,
      signal,
      effects,
    }),
    diagnostics,
  };
}

/** Reads take the short way, if nothing is encrypted; the library is loaded for what else there is to say. */
function dial(endpoint: Endpoint): Line {
  const reads = endpoint.tls === undefined ? dialReads(endpoint.listens) : undefined;
  let library: Promise<Line> | undefined;
  return {
    send: async (request, signal) => {
      if (reads !== undefined && isRead(request)) {
        // What is asked for later does not overtake: whoever listens to events, and then looks, misses nothing.
        await library;
        return reads.send(request, signal);
      }
      library ??= dialLibrary(endpoint);
      return (await library).send(request, signal);
    },
    close: () => {
      reads?.close();
      library?.then(line => line.close());
    },
  };
}

const isRead = ({ method, auth, isLong }: EngineRequest): boolean => method === "GET" && auth === undefined && !isLong;

/** The most connections at a time; calls wait their turn. */
const sockets = 16;

async function dialLibrary({ listens, tls }: Endpoint): Promise<Line> {
  const { Agent, request: ask } = process.getBuiltinModule(tls === undefined ? "node:http" : "node:https");
  const agent = (options: AgentOptions) => new Agent({ ...options, ...tls });
  const [calls, long] = [agent({ keepAlive: true, maxSockets: sockets }), agent({})];
  const modem = await unboundModem();
  // The library's own follows redirects, fails where it cannot, and shows credentials to whoever asks it for its log.
  modem.buildRequest = ({ socketPath: _, ...options }, { isStream }, data, answer) => {
    try {
      const sent = ask({ ...options, ...listens, agent: isStream ? long : calls }, answered => answer(null, answered));
      sent.on("error", cause => answer(cause, null)).on("socket", socket => socket.setKeepAlive(true, silence));
      sent.end(data);
    } catch (cause) {
      answer(cause as Error, null);
    }
  };
  return {
    send: (request, signal) =>
      new Promise((resolve, reject) => {
        modem.dial(dialled(request, signal), (cause, answered) => (cause ? reject(cause) : resolve(answered)));
      }),
    close: () => {
      calls.destroy();
      long.destroy();
    },
  };
}

/** After so many milliseconds without a word the system asks whether the other side is still there. */
const silence = 30_000;

/** The parts of the library's transport that are used, or replaced. */
interface Modem {
  dial(options: object, answer: (cause: Error | null, answered: IncomingMessage) => void): void;
  buildRequest(
    options: RequestOptions,
    context: { readonly isStream?: boolean },
    data: string | Uint8Array | undefined,
    answer: (cause: Error | null, answered: IncomingMessage | null) => void,
  ): void;
}

/** The library would look into the environment too, and fall over what it finds there. */
async function unboundModem(): Promise<Modem> {
  const { default: Docker } = await import("dockerode");
  const { DOCKER_HOST } = process.env;
  delete process.env.DOCKER_HOST;
  try {
    return new Docker({ socketPath: "/" }).modem as unknown as Modem;
  } finally {
    if (DOCKER_HOST !== undefined) process.env.DOCKER_HOST = DOCKER_HOST;
  }
}

function dialled(request: EngineRequest, signal: AbortSignal) {
  const { method, path, query = {}, body, file, auth, isLong = false } = request;
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const isBare = given.length === 0 && body === undefined;
  return {
    method,
    // It takes the last character away, or puts the query behind it.
    path: `${path}?`,
    headers: {},
    isStream: isLong,
    abortSignal: signal,
    ...(isBare ? {} : { options: { _query: Object.fromEntries(given), _body: body ?? {} } }),
    ...(file === undefined ? {} : { file: Buffer.from(file) }),
    ...(auth === undefined ? {} : { authconfig: auth }),
  };
}
