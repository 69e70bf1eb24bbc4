import { type Diagnostic, finding, value } from "../../diagnostics/index.ts";
import type { EnvironmentVariable } from "../../ir/index.ts";
import type { Rule } from "../rule.ts";

const loopback = /^(?:[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@]*@)?)?(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$)(?::\d+)?/i;

/** In a container, `localhost` is the container itself. */
export const urlLeavesContainer: Rule = ({ stack, platforms }) => {
  const found = new Map<string, Diagnostic>();
  const look = (path: string, text: string): void => {
    const url = loopback.exec(text)?.[0];
    if (url !== undefined) found.set(path, finding("localhost-url", value(path), { text: url, platforms }));
  };
  for (const { environment } of stack.daemons) {
    for (const platform of platforms) for (const variable of environment[platform]) eachText(variable, look);
  }
  return [...found.values()];
};

function eachText({ path, value: given }: EnvironmentVariable, look: (path: string, text: string) => void): void {
  if (given.kind === "text") look(path, given.text);
  if (given.kind !== "binding") return;
  for (const field of given.binding.fields) if (field.value.kind === "text") look(field.path, field.value.text);
}
