import type { ChooseFault, Fault, ProxiedRequest } from "../targets/fault-proxy.ts";
import { refused } from "../targets/http-server.ts";

const status = (code: number, headers: Readonly<Record<string, string>> = {}): Fault => ({
  kind: "status",
  status: code,
  headers,
});
/** Every fault that may pass by itself, by name. */
export const passing = {
  "a reset connection": { kind: "reset" },
  "an answer that is lost": { kind: "reset-after-forward" },
  "a delay": { kind: "delay", milliseconds: 100 },
  "429 with Retry-After": status(429, { "retry-after": "1" }),
  "500": status(500),
  "502 in HTML": { ...page(502), kind: "status" },
  "503": status(503),
  "504": status(504),
  "a cut answer": { kind: "cut", afterBytes: 30 },
  "an answer without a body": { kind: "cut", afterBytes: 0 },
  "a page in HTML": { kind: "garbage" },
  "JSON that is no object of the API": { kind: "status", status: 200, body: '{"message":"login"}' },
  "a list of nothing": { kind: "status", status: 200, body: "[]" },
  "a Status that says nothing": { kind: "status", status: 200, body: '{"kind":"Status","apiVersion":"v1"}' },
  "404 in HTML": { ...page(404), kind: "status" },
} as const satisfies Readonly<Record<string, Fault>>;

function page(code: number) {
  const headers = { "content-type": "text/html" };
  return { status: code, headers, body: "<html><body>nothing here</body></html>\n" };
}

/** Another write came first, says the server. */
export const conflict: Fault = {
  kind: "status",
  status: 409,
  body: JSON.stringify(refused(409, "Conflict")),
};

const gone = JSON.stringify(refused(410, "Expired"));
/** What only a watch can meet. */
const watchFaults: readonly Fault[] = [
  { kind: "status", status: 410, body: gone },
  { kind: "status", status: 200, body: `{"type":"ERROR","object":${gone}}\n` },
  { kind: "cut", afterBytes: 200 },
  { kind: "cut", afterBytes: 5000 },
  { kind: "status", status: 200, body: "" },
  ...Object.values(passing),
];

export const isWatch = ({ url }: ProxiedRequest): boolean => url.includes("watch=true");
export const isDryRun = ({ url }: ProxiedRequest): boolean => url.includes("dryRun=All");
/** Whether the request, once it arrives, changes what is stored. */
export const isWrite = (request: ProxiedRequest): boolean =>
  request.method !== "GET" && !isDryRun(request) && !request.url.includes("selfsubjectaccessreviews");

/** One fault for the first of each request that is meant; what is asked again arrives. */
export function onceEach(fault: Fault, isMeant: (request: ProxiedRequest) => boolean = () => true): ChooseFault {
  const met = new Set<string>();
  return request => {
    const name = `${request.method} ${request.url.split("?")[0]} ${isDryRun(request)} ${isWatch(request)}`;
    if (met.has(name) || !isMeant(request)) return undefined;
    met.add(name);
    return fault;
  };
}

/** Any fault for so many of a hundred requests; which ones is the same for the same seed. */
export function atRandom(seed: number, percent: number): ChooseFault {
  const random = randomFrom(seed);
  const calls = [...Object.values(passing), conflict];
  return request => {
    const [whether, which] = [random(), random()];
    const faults = isWatch(request) ? watchFaults : calls;
    return whether * 100 < percent ? faults[Math.floor(which * faults.length)] : undefined;
  };
}

/** The first streams each end in another way. */
export function brokenWatches(): ChooseFault {
  let count = 0;
  return request => (isWatch(request) ? watchFaults[count++] : undefined);
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
