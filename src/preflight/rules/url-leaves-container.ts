import { finding, value } from "../../diagnostics/index.ts";
import type { EnvironmentVariable } from "../../ir/index.ts";
import type { Rule } from "../rule.ts";

const loopback = /^(?:[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@]*@)?)?(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$)(?::\d+)?/i;

/** In a container, `localhost` is the container itself. */
export const urlLeavesContainer: Rule = ({ stack, platforms }) => {
  const texts = new Map<string, string>();
  for (const daemon of stack.daemons) {
    const variables = platforms.flatMap(platform => daemon.environment[platform]);
    for (const [path, text] of variables.flatMap(textsOf)) texts.set(path, text);
  }
  return [...texts].flatMap(([path, text]) => {
    const found = loopback.exec(text);
    return found === null ? [] : [finding("localhost-url", value(path), { text: found[0], platforms })];
  });
};

function textsOf({ path, value: given }: EnvironmentVariable): readonly [string, string][] {
  if (given.kind === "text") return [[path, given.text]];
  if (given.kind !== "binding") return [];
  return given.binding.fields.flatMap((field): [string, string][] =>
    field.value.kind === "text" ? [[field.path, field.value.text]] : [],
  );
}
