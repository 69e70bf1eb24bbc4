import type { Host } from "../host.ts";
import { EngineError } from "./error.ts";
import type { Answer, EngineRequest, Line } from "./line.ts";

/** The newest version of the API that is spoken here, and the oldest that is enough: Docker 20.10's. */
const [newest, oldest] = ["1.47", "1.41"];

/** Calls of an engine in a version that both sides speak, each with a deadline. What goes wrong is an `EngineError`. */
export interface Calls {
  /** The answer's JSON, if it is what was expected. */
  json<T>(request: EngineRequest, isExpected: (body: unknown) => body is T): Promise<T>;
  /** The answer as it is. */
  bytes(request: EngineRequest, options?: CallOptions): Promise<Uint8Array>;
  /** The answer as it comes, which may last: only its beginning has a deadline, if anything. */
  stream(request: EngineRequest, options?: StreamOptions): AsyncIterable<Uint8Array>;
  close(): void;
}

export interface CallOptions {
  /** Milliseconds beyond what a call may take. */
  readonly more?: number;
}

export interface StreamOptions {
  /** Ends it, besides the signal that ends everything; then it throws its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Whether even the beginning of the answer takes its time. */
  readonly isPatient?: boolean;
}

export type CallSetting = Pick<Host, "timing" | "signal" | "effects">;

export function createCalls(line: Line, setting: CallSetting): Calls {
  let agreed: Promise<string> | undefined;
  const agree = (): Promise<string> => {
    agreed ??= within(setting, setting.timing.call, signal => agreeOnVersion(line, signal)).catch(cause => {
      agreed = undefined;
      throw cause;
    });
    return agreed;
  };
  const versioned = async (request: EngineRequest): Promise<EngineRequest> => ({
    ...request,
    path: `/v${await agree()}${request.path}`,
  });
  const bytes: Calls["bytes"] = async (request, { more = 0 } = {}) => {
    const sent = await versioned({ ...request, isLong: more > 0 });
    return within(setting, setting.timing.call + more, async signal => collect(await answered(line, sent, signal)));
  };
  return {
    bytes,
    json: async (request, isExpected) => {
      const body = parse(await bytes(request));
      if (!isExpected(body)) throw notAnEngine();
      return body;
    },
    stream: async function* (request, { signal, isPatient = false } = {}) {
      const ends = signal === undefined ? setting : { ...setting, signal: AbortSignal.any([setting.signal, signal]) };
      const sent = { ...(await versioned(request)), isLong: true };
      const limit = isPatient ? Number.POSITIVE_INFINITY : setting.timing.call;
      yield* pieces(await within(ends, limit, end => answered(line, sent, end)), ends.signal);
    },
    close: () => line.close(),
  };
}

/** A reason that nobody is told: to make one for each call takes longer than the call. */
const silent = "over";

/** Gives work so many milliseconds, and ends it with the signal's reason where that is aborted. */
async function within<T>(
  { signal, effects }: CallSetting,
  limit: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const [late, over] = [new AbortController(), new AbortController()];
  const wake = (): void => late.abort(silent);
  // Not to be woken any more is no failure.
  if (Number.isFinite(limit)) effects.sleep(limit, over.signal).then(wake, () => undefined);
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } catch (cause) {
    signal.throwIfAborted();
    if (late.signal.aborted) throw new EngineError("no answer in time", { status: 0, code: "ETIMEDOUT", cause });
    throw noAnswer(cause);
  } finally {
    over.abort(silent);
  }
}

async function* pieces(answer: Answer, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  try {
    yield* answer;
  } catch (cause) {
    signal.throwIfAborted();
    throw noAnswer(cause);
  }
}

async function collect(answer: Answer): Promise<Uint8Array> {
  if (answer.whole !== undefined) return answer.whole;
  const all: Uint8Array[] = [];
  for await (const piece of answer) all.push(piece);
  return Buffer.concat(all);
}

/** What the system says when there is no answer, or not all of one. */
function noAnswer(cause: unknown): unknown {
  if (cause instanceof EngineError) return cause;
  const { code, message } = cause as { readonly code?: unknown; readonly message?: unknown };
  return new EngineError(String(message), { status: 0, code: typeof code === "string" ? code : "", cause });
}

/** The answer to a request that was not refused. */
async function answered(line: Line, request: EngineRequest, signal: AbortSignal): Promise<Answer> {
  const answer = await line.send(request, signal);
  const { statusCode = 0 } = answer;
  if (statusCode < 300 || statusCode === 304) return answer;
  throw refusal(statusCode, await collect(answer));
}

/** Whoever refuses without saying why in the engine's form is not the engine; only a failure may be a proxy's in front of it. */
function refusal(status: number, body: Uint8Array): EngineError {
  const { message } = (parse(body) ?? {}) as { readonly message?: unknown };
  if (typeof message === "string") return new EngineError(message.trim(), { status });
  return status >= 500 ? new EngineError("", { status }) : notAnEngine();
}

const notAnEngine = () => new EngineError("the answer is not one of the API", { status: 0, code: "NotEngine" });

const textOf = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString("utf8");

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(body));
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

/** The engine's newest version, unless ours is older. */
async function agreeOnVersion(line: Line, signal: AbortSignal): Promise<string> {
  const answer = await line.send({ method: "GET", path: "/_ping" }, signal);
  const said = textOf(await collect(answer));
  const version = answer.headers["api-version"];
  if (typeof version !== "string" || !/^\d+\.\d+$/.test(version)) {
    throw /HTTPS server/.test(said)
      ? new EngineError("it speaks TLS only", { status: 0, code: "NeedsTls" })
      : notAnEngine();
  }
  if (numberOf(version) < numberOf(oldest)) throw new EngineError(version, { status: 400, code: "TooOld" });
  return numberOf(version) < numberOf(newest) ? version : newest;
}

/** Versions in the order of numbers: 1.9 comes before 1.41. */
function numberOf(version: string): number {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major * 10_000 + minor;
}
