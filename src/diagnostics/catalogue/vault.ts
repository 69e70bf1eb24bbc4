import { allOf, didYouMean, error, quote, warning } from "./entry.ts";

type Action = "set" | "get" | "list" | "rm";

interface NotLocal {
  readonly platform: string;
  readonly action: Action;
  /** Undefined where all are meant. */
  readonly vault: string | undefined;
  /** Name of the Secret that holds the key, or what the names of all its Secrets start with; undefined where it is not known. */
  readonly secret: string | undefined;
  readonly namespace: string | undefined;
  /** What serves the vault, where it is not Kubernetes itself. */
  readonly service: string | undefined;
}

const forms: Readonly<Record<Action, string>> = {
  set: "set VAULT KEY",
  get: "get VAULT KEY",
  list: "list [VAULT]",
  rm: "rm VAULT KEY",
};

const called = (action: Action): string => quote(`alien-compile vault ${forms[action]}`);

/** Band 63, from 6361: filling vaults. */
export const vault = {
  "vault-usage": error<{
    /** The word behind `vault`, where it is none that is known. */
    word?: string | undefined;
    suggestion?: string | undefined;
    action?: Action | undefined;
    /** What the action is not told. */
    missing?: readonly ("vault" | "key")[] | undefined;
  }>("AL6361", {
    message: ({ word, action, missing = [] }) => {
      if (action !== undefined)
        return `${quote(`vault ${action}`)} needs ${missing.map(one => `a ${one}`).join(" and ")}`;
      return word === undefined ? "`vault` needs to know what to do" : `${quote("vault")} cannot ${quote(word)}`;
    },
    help: ({ action, suggestion }) => {
      if (action === "list") return "without a file, name it: `alien-compile vault list VAULT --stack NAME`";
      if (action !== undefined) return `it is called ${called(action)}`;
      return didYouMean({ suggestion }) ?? `it takes ${allOf(Object.values(forms))}`;
    },
    about:
      "`vault set` reads a value from standard input, `vault get` prints one, `vault list` prints keys, and `vault rm` removes one. Vaults are named by their ids in `alien.yaml`; files are named with `--file`.",
  }),
  "unknown-vault": error<{ vault: string; known: readonly string[]; suggestion: string | undefined }>("AL6362", {
    message: ({ vault: name }) => `there is no vault ${quote(name)}`,
    help: ({ vault: name, known, suggestion }) => {
      if (suggestion !== undefined) return didYouMean({ suggestion });
      if (!/^[A-Za-z0-9_-]+$/.test(name)) return `a file is named with ${quote(`--file ${name}`)}`;
      if (known.length === 0) return "declare it under `resources`, with `type: vault`";
      return `there ${known.length === 1 ? "is" : "are"} ${allOf(known)}`;
    },
    about: "Vaults are named by their ids in `alien.yaml`.",
  }),
  "vault-elsewhere": error<{ vault: string; service: string }>("AL6363", {
    message: ({ vault: name, service }) =>
      `the vault ${quote(name)} is not kept by alien-compile: its binding says that ${quote(service)} serves it`,
    help: () => "put the value there; or leave the binding out, and Local brings the vault itself",
    about:
      "A vault without a binding is kept on the Docker engine, and `vault` fills it. One with a binding of its own is somewhere else, and whoever serves it fills it.",
  }),
  "undeclared-key": warning<{ vault: string; key: string; known: readonly string[]; suggestion: string | undefined }>(
    "AL6364",
    {
      message: ({ vault: name, key }) => `${quote(key)} is not among the keys that ${quote(name)} declares`,
      help: ({ known, suggestion }) =>
        didYouMean({ suggestion }) ?? `it declares ${allOf(known)}; on Kubernetes a daemon may read no others`,
      about:
        "`keys` says what a vault holds. Locally any key can be set; on Kubernetes a daemon is allowed to read exactly the declared ones, so one that is not declared works here and not there.",
    },
  ),
  "bad-vault-key": error<{ key: string }>("AL6365", {
    message: ({ key }) => `${quote(key)} is no key of a vault`,
    help: () => "a key has letters, digits, `.`, `-` and `_`, 253 at most",
    about: "Keys are the same everywhere: what is a key here can be the key of a Secret on Kubernetes.",
  }),
  "bad-vault-value": error<{
    problem: "terminal" | "document" | "empty" | "too-large" | "not-text";
    vault: string;
    key: string;
  }>("AL6366", {
    message: ({ problem }) =>
      ({
        terminal: "the value is read from standard input, and a terminal would show it",
        document: "standard input is the value, so the stack cannot be read from it too",
        empty: "the value is empty",
        "too-large": "the value is larger than 1 MiB",
        "not-text": "the value is not UTF-8 text",
      })[problem],
    help: ({ problem, vault: name, key }) =>
      ({
        terminal: `type it unseen and hand it over: ${quote(`read -rs VALUE; printf %s "$VALUE" | alien-compile vault set ${name} ${key}`)}; or from a file: ${quote(`alien-compile vault set ${name} ${key} < FILE`)}`,
        document: "name the stack's file with `--file`",
        empty: `no value reached standard input; ${quote(`alien-compile vault rm ${name} ${key}`)} removes a key`,
        "too-large": "put a file of that size into a storage",
        "not-text": `hand it over as text: ${quote(`base64 FILE | alien-compile vault set ${name} ${key}`)}, and decode it in the daemon`,
      })[problem],
    about:
      "`vault set` takes the value from standard input, so that it stands in no history and no list of processes. One line end behind it is taken away, as `echo` and editors write it; `--keep-newline` keeps it.",
  }),
  "vault-key-missing": error<{ vault: string; key: string; known: readonly string[]; suggestion: string | undefined }>(
    "AL6367",
    {
      message: ({ vault: name, key }) => `${quote(name)} holds no ${quote(key)}`,
      help: ({ known, suggestion }) =>
        didYouMean({ suggestion }) ?? (known.length === 0 ? "it is empty" : `it holds ${allOf(known)}`),
      about: "`vault list` prints the keys that a vault holds; `vault set` adds one.",
    },
  ),
  "vault-damaged": error<{ vault: string; volume: string; file: string }>("AL6368", {
    message: ({ vault: name, volume, file }) =>
      `the vault ${quote(name)} cannot be read: ${quote(file)} in the volume ${quote(volume)} is not a JSON object of texts`,
    help: ({ volume }) =>
      `correct the file; or give up what the vault held: delete the stack, then ${quote(`docker volume rm ${volume}`)}, and set its keys again`,
    about:
      "A local vault is one file in its volume: a JSON object with a text for each key. Somebody else wrote something else into it, and it is not overwritten.",
  }),
  "vault-not-local": error<NotLocal>("AL6369", {
    message: ({ platform, vault: name }) =>
      `on ${quote(platform)}, alien-compile does not keep ${name === undefined ? "vaults" : `the vault ${quote(name)}`}`,
    help: notLocalHelp,
    about:
      "Locally, alien-compile keeps vaults itself. On Kubernetes each key of a vault is a Secret with the value under `value`, and whoever may write Secrets fills it: `kubectl`, or what brings your secrets into the cluster.",
  }),
} as const;

function notLocalHelp({ action, secret, namespace, service }: NotLocal): string {
  if (service !== undefined) return `its binding says that ${quote(service)} serves it`;
  if (secret === undefined) return "`--platform local` works on the local ones";
  const place = namespace === undefined ? "" : ` --namespace ${namespace}`;
  switch (action) {
    case "set":
      return `${quote(`kubectl create secret generic ${secret}${place} --from-file=value=/dev/stdin`)} reads it from standard input`;
    case "get":
      return `${quote(`kubectl get secret ${secret}${place} --output jsonpath={.data.value}`)} prints it in base64`;
    case "rm":
      return `${quote(`kubectl delete secret ${secret}${place}`)} removes it`;
    case "list":
      return `its keys are the Secrets that start with ${quote(secret)}: ${quote(`kubectl get secrets${place}`)}`;
  }
}
