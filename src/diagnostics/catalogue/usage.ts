import { allOf, didYouMean, error, oneOf, quote } from "./entry.ts";

interface Unknown {
  readonly name: string;
  readonly suggestion: string | undefined;
}

/** Band 9: how the tool was called. */
export const usage = {
  "unknown-verb": error<Unknown>("AL9001", {
    message: ({ name }) => `there is no command or file ${quote(name)}`,
    help: args => didYouMean(args) ?? "`alien-compile --help` lists the commands",
    about: "The first word is a command, or the file to render.",
  }),
  "unknown-flag": error<Unknown & { verb: string }>("AL9002", {
    message: ({ name, verb }) => `${quote(verb)} has no flag ${quote(name)}`,
    help: args => didYouMean(args) ?? `\`alien-compile ${args.verb} --help\` lists them`,
    about: "Flags belong to commands; an unknown one is refused instead of being ignored.",
  }),
  "flag-needs-value": error<{ name: string; expected: readonly string[] }>("AL9003", {
    message: ({ name, expected }) =>
      `${quote(name)} needs a value${expected.length === 0 ? "" : `: ${oneOf(expected)}`}`,
    about:
      "The flag takes a value: `--flag value` or `--flag=value`. A value that starts with `-` is written the second way.",
  }),
  "bad-flag-value": error<{ name: string; value: string; expected: readonly string[] }>("AL9004", {
    message: ({ name, value, expected }) => `${quote(name)} takes ${oneOf(expected)}, not ${quote(value)}`,
    about: "The flag's value is not one it takes.",
  }),
  "flag-takes-no-value": error<{ name: string }>("AL9005", {
    message: ({ name }) => `${quote(name)} takes no value`,
    about: "The flag is a switch.",
  }),
  "no-file": error<object>("AL9006", {
    message: () => "there is no `alien.yaml` here",
    help: () => "`alien-compile init` writes a first one, or name the file: `alien-compile <file>`",
    about: "Without a file, `alien.yaml` in the current directory is read.",
  }),
  "file-exists": error<{ file: string }>("AL9007", {
    message: ({ file }) => `${quote(file)} exists already, and \`init\` never overwrites`,
    help: () => "name another directory: `alien-compile init <directory>`",
    about: "`init` writes `alien.yaml` and `alien.schema.json`, and leaves existing files alone.",
  }),
  "unknown-code": error<Unknown>("AL9008", {
    message: ({ name }) => `there is no finding ${quote(name)}`,
    help: args => didYouMean(args) ?? "codes look like `AL3001`; `alien-compile explain` lists them all",
    about: "`explain` takes a code or a name, as printed in a finding.",
  }),
  "node-too-old": error<{ version: string; needed: string }>("AL9009", {
    message: ({ version, needed }) => `this is Node ${version}, and alien-compile needs ${needed} or newer`,
    help: () => "install a current Node, or run it with one: `npx -p node@24 -p alien-compile alien-compile`",
    about: "Node 20 has reached its end of life; the cluster client needs 22.19.",
  }),
  "internal-error": error<{ reason: string }>("AL9010", {
    message: ({ reason }) => `this is a bug in alien-compile: ${reason}`,
    help: () => "please report it with the command line and, if you can, the file",
    about: "Something happened that no input should cause.",
  }),
  "extra-argument": error<{ name: string; verb: string }>("AL9011", {
    message: ({ name, verb }) => `${quote(verb)} has no use for ${quote(name)}`,
    help: ({ verb }) => `\`alien-compile ${verb} --help\` shows how it is called`,
    about: "There are more arguments than the command takes.",
  }),
  "repeated-flag": error<{ name: string }>("AL9012", {
    message: ({ name }) => `${quote(name)} is given twice`,
    about: "This flag takes one value; it is unclear which of the two should count.",
  }),
  "bad-secrets-file": error<{ file: string; line: number }>("AL9014", {
    message: ({ file, line }) => `line ${line} of ${quote(file)} is not \`NAME=value\``,
    about: "A secrets file holds one `NAME=value` a line; empty lines and lines starting with `#` are skipped.",
  }),
  "no-manifests": error<{ platform: string }>("AL9015", {
    message: ({ platform }) => `there are no manifests for ${quote(platform)}`,
    help: () => "choose `--platform kubernetes`, or `--platform local` for a Compose file",
    about: "`render` writes Kubernetes manifests, and a Compose file for Local. Daemons run nowhere else.",
  }),
  "bad-duration": error<{ name: string; value: string; least?: string; most?: string }>("AL9016", {
    message: ({ name, value, least, most }) => {
      if (least !== undefined) return `${quote(name)} takes ${quote(least)} or more, not ${quote(value)}`;
      if (most !== undefined) return `${quote(name)} takes ${quote(most)} or less, not ${quote(value)}`;
      return `${quote(name)} takes a length of time such as ${oneOf(["30s", "5m", "1h30m"])}, not ${quote(value)}`;
    },
    about:
      "A length of time is a number with `ms`, `s`, `m` or `h` behind it, or several of them. A number alone is seconds.",
  }),
  "choose-platform": error<{ verb: string; platforms: readonly string[] }>("AL9017", {
    message: ({ verb, platforms }) =>
      platforms.length === 0
        ? `${quote(verb)} needs to know the platform`
        : `${quote(verb)} works on one platform, and the stack supports ${allOf(platforms)}`,
    help: ({ platforms }) => {
      const choices = platforms.length === 0 ? ["local", "kubernetes"] : platforms;
      const forGood =
        platforms.length === 0 ? "" : `, or for good in the file: ${quote(`supportedPlatforms: [${choices[0]}]`)}`;
      return `choose it: ${oneOf(choices.map(platform => `--platform ${platform}`))}${forGood}`;
    },
    about:
      "The platform is the flag's, else the only one that the stack supports. What touches an engine does not guess between several.",
  }),
  "no-engine": error<{ verb: string; platform: string }>("AL9018", {
    message: ({ verb, platform }) => `${quote(verb)} does nothing on ${quote(platform)}: no daemon runs there`,
    help: () => "choose where it runs: `--platform local` for a Docker engine, `--platform kubernetes` for a cluster",
    about: "Daemons run on Docker engines and on Kubernetes.",
  }),
  "flag-of-other-platform": error<{ name: string; platform: string; other: string }>("AL9024", {
    message: ({ name, platform }) => `${quote(name)} means nothing on ${quote(platform)}`,
    help: ({ name, other }) => `leave out ${quote(name)}, or choose the platform: ${quote(`--platform ${other}`)}`,
    about: "Some flags belong to one platform: namespaces to Kubernetes, pulling of images to a Docker engine.",
  }),
  "stack-and-file": error<{ flag: string; file: string }>("AL9019", {
    message: ({ flag, file }) => `${quote(flag)} takes no file, and ${quote(file)} is given`,
    help: ({ flag }) => `leave out the file, or ${quote(flag)}`,
    about:
      "`--stack` names a stack that is deployed, and `--plan` a plan that was written: neither reads `alien.yaml`.",
  }),
  "bad-number": error<{ name: string; value: string }>("AL9020", {
    message: ({ name, value }) => `${quote(name)} takes a whole number, not ${quote(value)}`,
    about: "The flag takes a whole number, from 0.",
  }),
  "bad-stack-name": error<{ value: string }>("AL9021", {
    message: ({ value }) => `${quote(value)} is no name of a stack`,
    help: () => "a stack's name has letters, digits, `-` and `_`, 64 at most",
    about: "`--stack` names a stack as `stack:` does in its `alien.yaml`.",
  }),
  "file-not-daemon": error<{ name: string; verb: string }>("AL9023", {
    message: ({ name, verb }) => `${quote(verb)} takes daemons, and ${quote(name)} is none`,
    help: ({ name }) => `name a file with ${quote(`--file ${name}`)}`,
    about: "The arguments of `logs` and `restart` are daemons, by their ids. Files are named with `--file`.",
  }),
  "contradicting-flags": error<{ first: string; second: string }>("AL9022", {
    message: ({ first, second }) => `${quote(first)} and ${quote(second)} contradict each other`,
    help: ({ first, second }) =>
      first === "--plan" ? `the plan holds it: leave out ${quote(second)}, or make the plan with it` : undefined,
    about: "Only one of the two flags can be obeyed.",
  }),
} as const;
