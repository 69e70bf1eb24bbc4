export interface StackSetting {
  readonly stack?: string;
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Lines of `alien.yaml` behind the rest. */
  readonly more?: string;
}

/** One daemon, `agent`, that stops within a second. */
export function stackOf({
  stack = "acme",
  image: wanted = "local/pause:1",
  environment = {},
  more = "",
}: StackSetting = {}): string {
  const variables = Object.entries(environment).map(([name, value]) => `      ${name}: ${value}\n`);
  return `stack: ${stack}
resources:
  agent:
    type: daemon
    code: { type: image, image: "${wanted}" }
${variables.length === 0 ? "" : `    environment:\n${variables.join("")}`}platforms:
  kubernetes:
    pod: { terminationGracePeriodSeconds: 1 }
${more}`;
}
