import type { Call } from "./call.ts";
import type { FlagName } from "./flags.ts";
import { shellWord } from "./shell-word.ts";

/** Flags that say which stack is meant, and where it is. */
const kept: readonly FlagName[] = ["stack", "platform", "namespace", "context", "kubeconfig"];

/** What an `apply` has to be given again, to do what the plan shows. */
const wanted: readonly FlagName[] = [
  "image",
  "secrets-file",
  "create-namespace",
  "adopt",
  "force-conflicts",
  "allow-empty",
];

/** Another command about the same stack in the same place, as it is typed. */
export function nextCommand(verb: string, call: Call, more: readonly string[] = []): string {
  // What follows these are daemons, or a vault and its key.
  const takesNames = verb === "logs" || verb === "restart" || verb.startsWith("vault ");
  const files = [...(call.flags.get("file") ?? []), ...call.operands].map(fileWord);
  const named = files.map(file => (takesNames ? `--file ${file}` : file));
  const names = verb === "apply" && !call.flags.has("out") ? [...kept, ...wanted] : kept;
  const flags = names.flatMap(name => (call.flags.get(name) ?? []).map(value => flagWord(name, value)));
  return ["alien-compile", verb, ...named, ...flags, ...more].join(" ");
}

/** A switch has an empty value. */
const flagWord = (name: FlagName, value: string): string => `--${name}${value === "" ? "" : ` ${shellWord(value)}`}`;

const fileWord = (name: string): string => (name === "-" ? name : shellWord(name));
