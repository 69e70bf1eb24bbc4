import { createWorkplace, type LiveOptions, type LiveRun, type Workplace } from "./cli.ts";
import { createNamespace, type KubernetesItem, type TestNamespace } from "./namespace.ts";

/** One finding, as `name line:column`, with what it says. */
export interface Found {
  readonly name: string;
  readonly severity: string;
  readonly message: string;
  readonly help?: string;
  readonly range?: { readonly start: { readonly line: number; readonly column: number } };
}

export interface PlannedChange {
  readonly action: string;
  readonly object: { readonly kind: string; readonly name: string };
  readonly reason: { readonly kind: string; readonly [detail: string]: unknown };
  readonly fields: readonly {
    readonly field: string;
    readonly path?: string;
    readonly before?: unknown;
    readonly after?: unknown;
    readonly secret?: true;
  }[];
}

/** A run whose findings were read from what it wrote. */
export interface FoundRun extends LiveRun {
  readonly findings: readonly Found[];
}

/** A namespace and a directory with a stack, for one test. */
export interface Scene {
  readonly namespace: TestNamespace;
  readonly workplace: Workplace;
  /** Runs a verb there. */
  run(line: string, options?: LiveOptions): Promise<FoundRun>;
  /** Applies and does not wait; throws unless it works. */
  apply(line?: string, options?: LiveOptions): Promise<FoundRun>;
  /** The changes of a plan; throws where there is none. */
  plan(line?: string, options?: LiveOptions): Promise<readonly PlannedChange[]>;
  /** `Kind/name` → resourceVersion of everything in the namespace that a stack can be made of, and that stays. */
  versions(): Promise<Readonly<Record<string, string>>>;
}

/** Works with a stack in a namespace of its own, which is gone afterwards. */
export async function withScene(
  prefix: string,
  files: Readonly<Record<string, string>>,
  work: (scene: Scene) => Promise<void>,
): Promise<void> {
  const [namespace, workplace] = [await createNamespace(prefix), createWorkplace(files)];
  try {
    await work(sceneOf(namespace, workplace));
  } finally {
    workplace.remove();
    await namespace.remove();
  }
}

function sceneOf(namespace: TestNamespace, workplace: Workplace): Scene {
  const run: Scene["run"] = async (line, options) => {
    const isPlanned = line.includes("--plan ") || line.includes("--namespace ");
    const place = isPlanned ? [] : ["--platform", "kubernetes", "--namespace", namespace.name];
    const done = await workplace.run([...line.split(" "), ...place, "--diagnostics", "json"], options);
    return { ...done, findings: findingsOf(done.error) };
  };
  return {
    namespace,
    workplace,
    run,
    apply: async (line = "", options) => {
      const done = await run(`apply --no-wait${line === "" ? "" : ` ${line}`}`, options);
      if (done.exitCode !== 0) throw new Error(`apply ended with ${done.exitCode}: ${done.error}`);
      return done;
    },
    plan: async (line = "", options) => {
      const done = await run(`plan --format json${line === "" ? "" : ` ${line}`}`, options);
      if (done.exitCode !== 0) throw new Error(`plan ended with ${done.exitCode}: ${done.error}`);
      return JSON.parse(done.out).changes;
    },
    versions: () => versionsOf(namespace),
  };
}

/** The findings among what was written for people. */
function findingsOf(error: string): readonly Found[] {
  const start = error.search(/^\{$/m);
  if (start < 0) return [];
  return JSON.parse(error.slice(start, error.lastIndexOf("\n}") + 2)).diagnostics;
}

/** `name line:column`, or the name alone where there is no place. */
export const places = (findings: readonly Found[]): readonly string[] =>
  findings.map(({ name, range }) => (range === undefined ? name : `${name} ${range.start.line}:${range.start.column}`));

/** `action Kind/name`, but for what stays as it is. */
export const steps = (changes: readonly PlannedChange[]): readonly string[] =>
  changes
    .filter(({ action }) => action !== "unchanged")
    .map(({ action, object }) => `${action} ${object.kind}/${object.name}`);

const stackKinds = "deployments,secrets,serviceaccounts,roles,rolebindings,networkpolicies";

async function versionsOf(namespace: TestNamespace): Promise<Readonly<Record<string, string>>> {
  const all = await namespace.get(stackKinds);
  const items = all.filter(
    ({ metadata: { name, deletionTimestamp } }) => !name.startsWith("default") && deletionTimestamp === undefined,
  );
  const versions = items.map(item => [`${item.kind}/${item.metadata.name}`, versionOf(item)] as const);
  return Object.fromEntries(versions.filter(([key]) => !/^Secret\/.*-token-\w{5}$/.test(key)));
}

/** What a controller notes in a Deployment changes its version too: only what others wrote counts. */
function versionOf({ kind, metadata }: KubernetesItem): string {
  const { uid, generation, labels, managedFields, resourceVersion } = metadata;
  const written = ((managedFields ?? []) as readonly { readonly manager: string }[]).filter(
    ({ manager }) => manager !== "kube-controller-manager",
  );
  return kind === "Deployment" ? JSON.stringify({ uid, generation, labels, written }) : resourceVersion;
}
