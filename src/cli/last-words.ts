import { finding, noPlaces } from "../diagnostics/index.ts";
import { locate, reporters } from "../diagnostics/reporters/index.ts";

interface LastWords {
  readonly "node-too-old": { readonly version: string; readonly needed: string };
  readonly "internal-error": { readonly reason: string };
}

/** What is said when nothing else can be: the Node is too old, or we have a bug. */
export function lastWords<N extends keyof LastWords>(name: N, args: LastWords[N]): string {
  const diagnostic = finding<"node-too-old" | "internal-error">(
    name,
    { argument: "" },
    args as LastWords["node-too-old"] & LastWords["internal-error"],
  );
  return reporters.text(locate([diagnostic], noPlaces), { color: false, version: "" });
}
