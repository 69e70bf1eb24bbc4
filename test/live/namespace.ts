import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";

export const kubectl = process.env.ALIEN_KUBECTL ?? "kubectl";
const kubeconfig = process.env.KUBECONFIG ?? "";

/** Whether there is a cluster; the reason stands in the title of what is skipped. */
export const hasCluster = existsSync(kubeconfig);
export const withoutCluster = "(skipped: KUBECONFIG names no file; point it at a cluster, for example one of `kind`)";
/** The title of live tests. */
export const live = (title: string): string => (hasCluster ? title : `${title} ${withoutCluster}`);

/** Runs kubectl and returns what it prints; rejects when it fails. */
export async function kubectlRun(words: readonly string[], input?: string): Promise<string> {
  const running = promisify(execFile)(kubectl, [...words], { maxBuffer: 1 << 28 });
  // What reads nothing may have ended already: then even an empty text cannot be written.
  if (input === undefined) running.child.stdin?.end();
  else running.child.stdin?.end(input);
  return (await running).stdout;
}

export interface TestNamespace {
  readonly name: string;
  kubectl(...words: readonly string[]): Promise<string>;
  apply(text: string): Promise<string>;
  /** Objects of a kind as the server stores them; without a name all of them. */
  get(kind: string, ...words: readonly string[]): Promise<readonly KubernetesItem[]>;
  remove(): Promise<void>;
}

export interface KubernetesItem {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server stores, looked at by tests
  readonly [section: string]: any;
}

let count = 0;

/** A namespace of its own, gone in the background when the test is over. */
export async function createNamespace(prefix: string): Promise<TestNamespace> {
  const name = `alien-${prefix}-${process.pid}-${++count}`;
  await kubectlRun(["create", "namespace", name]);
  const inside = (...words: readonly string[]) => kubectlRun(["-n", name, ...words]);
  return {
    name,
    kubectl: inside,
    apply: text => kubectlRun(["-n", name, "apply", "-f", "-"], text),
    get: async (kind, ...words) => JSON.parse(await inside("get", kind, ...words, "-o", "json")).items,
    remove: async () => void (await kubectlRun(["delete", "namespace", name, "--wait=false"])),
  };
}
