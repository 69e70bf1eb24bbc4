import { parseReference } from "./reference.ts";

/** Why an image could not be had. */
export type PullCause =
  /** `hidden` where the registry does not tell what is missing from what is not for everybody. */
  | { readonly kind: "name"; readonly hidden: boolean }
  | { readonly kind: "tag" | "login" | "platform" | "limit" | "disk" | "invalid" | "registry" | "other" }
  | { readonly kind: "network"; readonly problem: NetworkProblem };

export type NetworkProblem =
  | "unknown-host"
  | "name-service"
  | "refused"
  | "cut"
  | "late"
  | "unreachable"
  | "plain-http"
  | "certificate"
  | "other";

type Rule = readonly [RegExp, PullCause];

const network = (pattern: RegExp, problem: NetworkProblem): Rule => [pattern, { kind: "network", problem }];

/** What engines from 20.10 to 28 say, with either store of images: the first that matches wins. */
const rules: readonly Rule[] = [
  [/no space left on device|disk quota exceeded|not enough space/i, { kind: "disk" }],
  [/too ?many ?requests|\brate limit|\b429\b/i, { kind: "limit" }],
  [
    /invalid reference format|invalid repository name|invalid tag format|repository name must|couldn't parse|invalid checksum digest/i,
    { kind: "invalid" },
  ],
  // It ends with "not found".
  [
    /no match(?:ing manifest)? for|no image found in|cannot be used on this platform|not match the (?:specified|expected) platform|unsupported platform/i,
    { kind: "platform" },
  ],
  network(/HTTP response to HTTPS client|does not look like a TLS handshake/i, "plain-http"),
  network(/x509|certificate|\btls: (?!.*timeout)/i, "certificate"),
  network(/no such host|name or service not known/i, "unknown-host"),
  network(/server misbehaving|temporary failure in name resolution|\blookup .*(?:timeout|refused)/i, "name-service"),
  network(/connection refused/i, "refused"),
  network(/timeout|timed out|deadline exceeded|request canceled/i, "late"),
  network(/no route to host|network is unreachable|host is (?:down|unreachable)/i, "unreachable"),
  network(/\bEOF\b|connection reset|broken pipe|server closed|closed network connection/i, "cut"),
  network(/proxyconnect|\bdial (?:tcp|unix|udp)\b/i, "other"),
  [/\b(?:HTTP status|status code|status from \w+ request to)\b.*\b5\d\d\b|\b50[0234] [A-Z]/, { kind: "registry" }],
  // Before what leaves it open: these say that nobody who is allowed asked.
  [/no basic auth credentials|authorization status: 401|incorrect username|token has expired/i, { kind: "login" }],
  [
    /pull access denied|may require (?:'docker login'|authorization)|insufficient_scope/i,
    { kind: "name", hidden: true },
  ],
  [
    /unauthori[sz]ed|unauthenticated|denied|forbidden|authentication required|authorization failed|failed to authorize|bad credentials|\b40[13]\b/i,
    { kind: "login" },
  ],
  [/name unknown|name invalid|repository .*not (?:found|known)|NAME_UNKNOWN/i, { kind: "name", hidden: false }],
  [/manifest unknown|not found|\b404\b/i, { kind: "tag" }],
];

/** Which of the known causes an engine's words about a pull, or about a registry's digest, name. */
export function classifyPull(said: string, reference: string): PullCause {
  const words = withoutNames(said, reference);
  return rules.find(([pattern]) => pattern.test(words))?.[1] ?? { kind: "other" };
}

/** Whether the same may work a moment later. */
export const mayPass = (cause: PullCause): boolean =>
  cause.kind === "registry" ||
  (cause.kind === "network" && cause.problem !== "plain-http" && cause.problem !== "certificate");

/** An image may be called `timeout`, and a proxy may answer with a page that says anything. */
function withoutNames(said: string, reference: string): string {
  const { registry, repository } = parseReference(reference);
  const short = repository.replace(/^library\//, "");
  return [reference, `${registry}/${repository}`, repository, short]
    .reduce((left, name) => left.replaceAll(name, "…"), said)
    .replaceAll(/"[^"]*"/g, "…")
    .replaceAll(/\bhttps?:\/\/\S+?(?=:?(?:\s|$))/g, "…");
}
