import { error, quote, systemProblems, warning } from "./entry.ts";

const unusable = {
  nul: "holds a NUL character",
  "too-long": "is longer than 128 KiB",
  "not-text": "is not UTF-8 text",
};

/** Band 5: what can go wrong while manifests are made and written. */
export const rendering = {
  "spliced-secret": warning<{ id: string; secret: string }>("AL5001", {
    message: ({ id, secret }) => `the secret ${quote(secret)} is spliced into the binding of ${quote(id)} as text`,
    help: () =>
      "a value with quotes, backslashes or newlines would break the binding's JSON; give the secret an `env` or `file` source to avoid that",
    about:
      "Where a secret's value lives in a Kubernetes Secret that is not ours, only the kubelet can put it into the binding, and it inserts plain text.",
  }),
  "secret-value-missing": error<{ secret: string; env: string | undefined; file: string | undefined }>("AL5002", {
    message: ({ secret, env, file }) =>
      env === undefined
        ? `the value of the secret ${quote(secret)} is not there: the file ${quote(file ?? "")} cannot be read, or is empty`
        : `the value of the secret ${quote(secret)} is not there: the variable ${quote(env)} is not set, or is empty`,
    help: ({ env }) =>
      env === undefined
        ? "`file` is read when the stack is applied: write it first, or correct the path"
        : `set it, or write ${quote(`${env}=…`)} into a file and name that with \`--secrets-file\``,
    about:
      "`plan`, `apply` and `render --include-secrets` need the values of secrets, so each of them has to be readable. An empty one counts as missing: that is how a workflow hands over a secret that does not exist.",
  }),
  "output-foreign": error<{ file: string }>("AL5003", {
    message: ({ file }) => `${quote(file)} is in the way: it was not written by an earlier render of this stack`,
    help: () => "choose another directory, or move the file",
    about: "Files that an earlier render did not write are never overwritten or removed.",
  }),
  "output-failed": error<{ file: string; problem: string }>("AL5004", {
    message: ({ file, problem }) => `${quote(file)} cannot be written: ${systemProblems[problem] ?? problem}`,
    about: "The operating system refused to write the result.",
  }),
  "object-too-large": error<{ kind: string; name: string; size: string; limit: string }>("AL5005", {
    message: ({ kind, name, size, limit }) =>
      `the ${kind} ${quote(name)} would be ${size}, and Kubernetes stores at most ${limit}`,
    help: () => "pass large content through a storage or the image",
    about: "etcd, where Kubernetes keeps its objects, refuses larger ones.",
  }),
  "file-secret-in-compose": error<{ secret: string; file: string }>("AL5006", {
    message: ({ secret, file }) =>
      `Compose cannot put the content of ${quote(file)} into a variable, and the secret ${quote(secret)} comes from there`,
    help: () => "give the secret an `env` source, or write its value into the Compose file with `--include-secrets`",
    about:
      "Compose mounts files with secrets into containers, and fills variables from its own environment. It has nothing that makes a file's content a variable.",
  }),
  "binding-secret-in-compose": error<{ id: string; secret: string }>("AL5007", {
    message: ({ id, secret }) =>
      `Compose cannot put the secret ${quote(secret)} into the binding of ${quote(id)}, which is JSON`,
    help: () => "write its value into the Compose file with `--include-secrets`, or deploy with `apply`",
    about:
      "Compose inserts a variable as plain text: a value with quotes, backslashes or newlines would break the binding's JSON. `apply` and `render --include-secrets` write the whole JSON themselves.",
  }),
  "volume-of-root": warning<{ id: string; directory: string }>("AL5008", {
    message: ({ id }) =>
      `Compose does not make the volume of ${quote(id)} writable for an image that runs as another user than root`,
    help: ({ directory }) =>
      `have ${quote(directory)} in the image, owned by that user: a new volume takes its owner over`,
    about:
      "`apply` makes the data of linked resources writable for the user of the image. Compose has nothing for that: a new volume belongs to root, unless the image has the directory with another owner. An image that runs as root needs nothing.",
  }),
  "bad-secret-value": error<{ secret: string; problem: keyof typeof unusable }>("AL5009", {
    message: ({ secret, problem }) =>
      `the value of the secret ${quote(secret)} ${unusable[problem]}, so no process can be given it`,
    help: () => "put the content into a vault or a storage; or give it as text, for example in base64",
    about:
      "Secrets reach a daemon in its environment. Linux ends such a text at a NUL character and refuses one of more than 128 KiB, and what is not UTF-8 would arrive as something else.",
  }),
} as const;
