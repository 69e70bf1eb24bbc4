import { allOf, didYouMean, error, plural, quote, warning } from "./entry.ts";

const object = ({ kind, name }: { readonly kind: string; readonly name: string }): string =>
  `the ${kind} ${quote(name)}`;

const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1000)} kB`;

/** Band 61: what speaks against a plan, before anything is touched; and how carrying it out went. */
export const planning = {
  "server-too-old": error<{ version: string; needed: string }>("AL6101", {
    message: ({ version, needed }) => `the cluster runs Kubernetes ${version}, and ${needed} or newer is needed`,
    help: () => "`alien-compile render | kubectl apply -f -` works with older ones",
    about: "Objects are applied on the server's side, which older servers do not do reliably.",
  }),
  "namespace-missing": error<{ namespace: string }>("AL6102", {
    message: ({ namespace }) => `the namespace ${quote(namespace)} does not exist`,
    help: () => "correct the name, or let it be created: `--create-namespace`",
    about:
      "A namespace is created only when asked for, because a mistyped one would deploy everything a second time. It is never deleted.",
  }),
  "rights-missing": error<{ verbs: readonly string[]; resource: string; namespace: string }>("AL6103", {
    message: ({ verbs, resource, namespace }) =>
      `you may not ${verbs.join(", ")} ${quote(resource)} in the namespace ${quote(namespace)}`,
    help: ({ verbs, resource }) => {
      const [plural = "", ...group] = resource.split(".");
      const rule = `{ apiGroups: ["${group.join(".")}"], resources: [${plural}], verbs: [${verbs.join(", ")}] }`;
      return `a Role with the rule ${quote(rule)} allows it`;
    },
    about:
      "What a plan needs is asked of the server before anything is changed, all of it at once. The guide has the smallest Role that suffices.",
  }),
  "cannot-grant": error<{ name: string; reason: string }>("AL6104", {
    message: ({ name, reason }) => `you may not grant what the profile ${quote(name)} grants: ${reason}`,
    help: () => "hold these rights yourself, or let someone who does apply the profile's Role once",
    about: "Kubernetes lets nobody give rights that they do not have themselves, unless they may `escalate` Roles.",
  }),
  "cluster-secret-missing": error<{ name: string; key: string; namespace: string; secret: string }>("AL6105", {
    message: ({ name, namespace, secret }) =>
      `the Secret ${quote(name)}, where ${quote(secret)} comes from, does not exist in ${quote(namespace)}`,
    help: ({ name, key, namespace }) =>
      `create it: ${quote(`kubectl -n ${namespace} create secret generic ${name} --from-literal=${key}=…`)}`,
    about:
      "A secret with a `kubernetes` source is read from a Secret that is not ours. Without it the daemon would not start.",
  }),
  "cluster-secret-key-missing": error<{ name: string; key: string; keys: readonly string[] }>("AL6106", {
    message: ({ name, key }) => `the Secret ${quote(name)} has no key ${quote(key)}`,
    help: ({ keys }) => (keys.length === 0 ? "it is empty" : `it has ${allOf(keys)}`),
    about:
      "A secret with a `kubernetes` source names a Secret and one of its keys. Without the key the daemon would not start.",
  }),
  "pull-secret-missing": warning<{ name: string; namespace: string }>("AL6107", {
    message: ({ name, namespace }) => `the pull secret ${quote(name)} does not exist in ${quote(namespace)}`,
    help: () => "a public image is pulled without it; a private one will not be",
    about:
      "`imagePullSecrets` names Secrets with registry credentials. Kubernetes goes on without those that are not there.",
  }),
  "object-not-ours": error<{ kind: string; name: string; owner: string }>("AL6108", {
    message: args => `${object(args)} exists already and belongs to ${quote(args.owner)}`,
    help: () => "`plan --adopt` shows what taking it over would change, `apply --adopt` does it; or choose another id",
    about: "Only what this stack created, and its record lists, is ever changed or deleted.",
  }),
  "field-conflict": error<{
    kind: string;
    name: string;
    field: string;
    manager: string;
    live: string | undefined;
    wanted: string | undefined;
  }>("AL6109", {
    message: ({ kind, name, field, manager }) =>
      `${quote(field)} of ${object({ kind, name })} is managed by ${quote(manager)}`,
    help: ({ live, wanted }) =>
      [
        ...(live === undefined || wanted === undefined ? [] : [`it is ${quote(live)} there and ${quote(wanted)} here`]),
        "`--force-conflicts` takes exactly the fields that are listed; or leave the field to the other",
      ].join("; "),
    about:
      "Someone else set this field after it was applied. It is never taken back silently: a controller or a colleague may have had a reason.",
  }),
  "other-source": error<{ stack: string; recorded: string; source: string }>("AL6110", {
    message: ({ stack, recorded, source }) =>
      `the stack ${quote(stack)} was deployed from ${quote(recorded)}, and this is ${quote(source)}`,
    help: () => "choose another `stack` name, or take it over: `--adopt`",
    about: "Two repositories that use the same stack name in one namespace would undo each other's work.",
  }),
  "empty-stack": error<{ stack: string; count: number }>("AL6111", {
    message: ({ stack, count }) => `nothing is left of ${quote(stack)}, so ${plural(count, "object")} would be deleted`,
    help: () => "if that is meant: `alien-compile delete`, or `--allow-empty`",
    about: "An empty stack is more often a broken template than a wish to delete everything.",
  }),
  "object-refused": error<{ kind: string; name: string; reason: string }>("AL6112", {
    message: args => `the cluster refuses ${object(args)}: ${args.reason}`,
    help: () => "nothing was changed by this object; what was refused stands in the cluster's own words",
    about: "The API server, a quota or an admission webhook does not accept the object as it would be sent.",
  }),
  "plan-outdated": error<{ objects: readonly string[] }>("AL6113", {
    message: ({ objects }) => `the plan no longer fits: ${allOf(objects)} changed since it was made`,
    help: () => "make a new one: `alien-compile plan --out <file>`",
    about: "A saved plan is carried out only if the fields it would change are still as they were when it was made.",
  }),
  "bad-plan-file": error<{ file: string; problem: string }>("AL6114", {
    message: ({ file, problem }) => `${quote(file)} cannot be used as a plan: ${problem}`,
    help: () => "`alien-compile plan --out <file>` writes one",
    about: "A plan file is made by `plan --out` of this version, for one namespace of one cluster.",
  }),
  "stack-not-found": error<{ stack: string; namespace?: string; suggestion: string | undefined }>("AL6115", {
    message: ({ stack, namespace }) =>
      `there is no stack ${quote(stack)} ${namespace === undefined ? "on the Docker engine" : `in the namespace ${quote(namespace)}`}`,
    help: ({ namespace, suggestion }) =>
      didYouMean({ suggestion }) ??
      `is it the right ${namespace === undefined ? "" : "`--namespace` and "}\`--context\`?`,
    about: "Nothing in the namespace, or on the Docker engine, carries the name of this stack.",
  }),
  "record-missing": error<{ stack: string; objects: readonly string[] }>("AL6116", {
    message: ({ stack, objects }) =>
      `${plural(objects.length, "object")} of the stack ${quote(stack)} exist, but its record does not list them: ${objects.slice(0, 3).map(quote).join(", ")}${objects.length > 3 ? ", …" : ""}`,
    help: () => "`--adopt` takes them over after showing them",
    about: "What a stack created is kept in the Secret `alien-<stack>-state`. Without it nobody can tell what is ours.",
  }),
  "unknown-daemon": error<{ daemon: string; known: readonly string[]; suggestion: string | undefined }>("AL6117", {
    message: ({ daemon }) => `there is no daemon ${quote(daemon)}`,
    help: ({ known, suggestion }) => {
      if (suggestion !== undefined) return `did you mean ${quote(suggestion)}?`;
      return known.length === 0 ? undefined : `there ${known.length === 1 ? "is" : "are"} ${allOf(known)}`;
    },
    about: "Daemons are named by their id in `alien.yaml`.",
  }),
  drifted: error<{ stack: string; objects: readonly string[]; platform: "kubernetes" | "local" }>("AL6118", {
    message: ({ stack, objects }) => `the stack ${quote(stack)} is not as it was applied: ${allOf(objects)} changed`,
    help: ({ platform }) =>
      platform === "local"
        ? "`alien-compile plan` shows the fields, and `apply` brings them back; `watch` does so as soon as it happens"
        : "`alien-compile plan` shows the fields, and whether `apply` brings them back or needs `--force-conflicts`",
    about: "Somebody or something changed what was applied since the last good revision.",
  }),
  "lock-held": error<{ stack: string; holder: string; since: string | undefined; seconds: number }>("AL6120", {
    message: ({ stack, holder, since }) =>
      `${quote(holder)} is working on the stack ${quote(stack)}${since === undefined ? "" : `, since ${since}`}`,
    help: ({ seconds }) =>
      `wait until it is done and run this again; if that process is gone, its lock expires within ${seconds} s`,
    about:
      "Only one run at a time may change a stack. The lock is the Lease `alien-<stack>-lock`: its holder renews it, and one that is no longer renewed is taken over.",
  }),
  "lock-lost": error<{ stack: string; why: "late" | "removed" | "taken"; holder?: string | undefined }>("AL6121", {
    message: ({ stack, why, holder }) =>
      `the lock of the stack ${quote(stack)} ${
        {
          late: "could not be renewed in time",
          removed: "was deleted by somebody else",
          taken: `was taken over by ${quote(holder ?? "")}`,
        }[why]
      }, so nothing more is written`,
    help: () => "run it again when the cluster answers and nobody else is at work: it continues from what is there",
    about:
      "A run that cannot renew its lock has to expect that another one takes it over. It stops before that happens, so that two never write at a time.",
  }),
  "record-newer": error<{ stack: string; version: string }>("AL6122", {
    message: ({ stack, version }) =>
      `the record of the stack ${quote(stack)} has the format ${version}, which this version does not know`,
    help: () => "use the newer alien-compile that deployed it: `npx alien-compile@latest`",
    about:
      "A newer version of the tool deployed this stack. An older one could misread what it remembered, and delete what it should keep.",
  }),
  "record-damaged": error<{
    stack: string;
    secret: string;
    namespace: string;
    problem: "packing" | "size" | "text" | "field";
    field?: string | undefined;
  }>("AL6123", {
    message: ({ stack, secret, problem, field }) =>
      `the record of the stack ${quote(stack)} in the Secret ${quote(secret)} cannot be read: ${
        {
          packing: "it is not gzip, or not all of it",
          size: "it unpacks to more than any record has",
          text: "it is not JSON",
          field: `${quote(field ?? "")} is not what it has to be`,
        }[problem]
      }`,
    help: ({ secret, namespace }) =>
      `restore the Secret; or give the record up with ${quote(`kubectl -n ${namespace} delete secret ${secret}`)} and take the objects over: \`alien-compile apply --adopt\``,
    about:
      "What a stack created is kept in the Secret `alien-<stack>-state`. Without it nobody can tell what is ours, so nothing is changed until it can be read or is given up.",
  }),
  "record-foreign": error<{ stack: string; secret: string; namespace: string }>("AL6124", {
    message: ({ stack, secret, namespace }) =>
      `the Secret ${quote(secret)} in ${quote(namespace)}, where the record of the stack ${quote(stack)} belongs, was not written by alien-compile for it`,
    help: ({ secret }) =>
      `choose another \`stack\` name or another namespace, or move ${quote(secret)} away if nobody needs it there`,
    about:
      "The record of a stack is a Secret of the type `alien.dev/state` with our labels and the name of the stack. One that lacks them is somebody else's, and is not overwritten.",
  }),
  "record-moved": error<{ stack: string }>("AL6125", {
    message: ({ stack }) =>
      `the record of the stack ${quote(stack)} was changed by somebody else meanwhile, so nothing more is written`,
    help: () => "run it again: what has to be done is found out anew from what is there",
    about:
      "The record is only written over the state of it that was read. Somebody else wrote or deleted it in between, although this run held the lock.",
  }),
  "record-too-large": error<{ stack: string; size: number; limit: number }>("AL6126", {
    message: ({ stack, size, limit }) =>
      `the record of the stack ${quote(stack)} would take ${kilobytes(size)}, and at most ${kilobytes(limit)} can be stored`,
    help: () => "pass large content through a storage or the image, or divide the stack",
    about:
      "A Secret holds the record of a stack, and Kubernetes stores at most 1 MiB in one. What cannot be remembered is not created.",
  }),
  "stack-left-behind": warning<{ stack: string; daemons: readonly string[]; namespace: string }>("AL6130", {
    message: ({ stack, daemons, namespace }) =>
      `the stack ${quote(stack)} from the same source still runs ${allOf(daemons)} in ${quote(namespace)}`,
    help: ({ stack, namespace }) =>
      `if it was renamed, remove the old one: ${quote(`alien-compile delete --stack ${stack} --platform kubernetes --namespace ${namespace}`)}`,
    about:
      "A stack is known by its name and namespace. Under a new name everything is created again, and the old daemons keep running beside it.",
  }),
  "tag-not-pulled": warning<{ daemon: string; image: string }>("AL6132", {
    message: ({ daemon, image }) =>
      `${quote(image)} was pushed again, and ${quote(daemon)} keeps running what was pulled before`,
    help: () => "deploy by digest or under a new tag; `alien-compile restart` does not pull either",
    about:
      "A node that has an image under a tag does not pull it again, so a tag that is pushed twice means different things on different nodes.",
  }),
  "quota-wants-limits": warning<{ quota: string; fields: readonly string[] }>("AL6133", {
    message: ({ quota, fields }) => `the quota ${quote(quota)} accepts only pods that set ${allOf(fields)}`,
    help: () => "set them under `platforms.kubernetes.pod.resources`",
    about:
      "A ResourceQuota on a resource refuses pods that do not say how much of it they take, unless a LimitRange says it for them.",
  }),
  // How it went.
  "rolled-back": warning<{ stack: string; revision: number | undefined }>("AL6150", {
    message: ({ stack, revision }) =>
      `${quote(stack)} was rolled back: it runs as ${revision === undefined ? "before" : `in revision ${revision}`} again`,
    help: () =>
      "correct what is named above and apply again; `--no-rollback-on-failure` keeps the failed state to look at",
    about:
      "An update stops the old process before the new one is known to work, so a failure brings back the last revision that worked, with its secret values.",
  }),
  "rollback-failed": error<{ stack: string; revision: number | undefined; problem: string }>("AL6151", {
    message: ({ stack, revision, problem }) =>
      `${quote(stack)} could not be rolled back to ${revision === undefined ? "what ran before" : `revision ${revision}`}: ${problem}`,
    help: () => "`alien-compile status` shows what runs; the next `apply` continues from here",
    about: "The last revision that worked could not be brought back either.",
  }),
  "no-earlier-revision": warning<{ stack: string }>("AL6152", {
    message: ({ stack }) => `there is no earlier revision of ${quote(stack)} to go back to`,
    help: () => "what was created is left to look at; correct and apply again, or `alien-compile delete`",
    about: "This was the first apply, or no apply before it became ready.",
  }),
  "delete-stuck": error<{ kind: string; name: string; finalizers: readonly string[] }>("AL6153", {
    message: args => `${object(args)} is being deleted and does not go away`,
    help: ({ finalizers }) =>
      finalizers.length === 0
        ? "its pod may not stop; run `delete` again to go on waiting"
        : `it waits for ${allOf(finalizers)}`,
    about: "An object with finalizers goes only when whoever set them has done its work.",
  }),
} as const;
