/** What engines and controllers put around what they have to say, in the order in which it is taken away. */
const noise: readonly RegExp[] = [
  /^\(combined from similar events\): /,
  /^Error creating: /,
  /^pod: "[^"]*"\. /,
  /^Failed to pull image "[^"]*": /,
  /^Back-off pulling image "[^"]*": (?:ErrImagePull: )?/,
  /^Error: /,
  /\brpc error: code = \w+ desc = /g,
  /\bError response from daemon: /g,
  /\bfailed to (?:start|create|generate) container "[^"]*"(?: spec)?: /g,
  /\bfailed to create (?:shim|containerd) task: /g,
  /\b(?:OCI runtime create|runc create|container create) failed: /g,
  /\bcontainer_linux\.go:\d+: /g,
  /\b(?:unable to start container process|starting container process caused): /g,
  // Another random name in every message.
  /^pods? "[^"]*" is forbidden: /i,
  / \(pod: "[^"]*", container: [^)]*\)/,
  /(?:: unknown)+$/,
];

/** The server's words on one line, without what says nothing. */
export function plainWords(text: string): string {
  const line = noise.reduce((left, pattern) => left.replace(pattern, ""), text.replaceAll(/\s+/g, " ").trim());
  // "manifest unknown: manifest unknown"
  return line.replace(/(?<=^|: )([^:]+): \1$/, "$1").trim();
}
