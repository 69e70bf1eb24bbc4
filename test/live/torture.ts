import type { DeploymentRecord } from "../../src/state/index.ts";
import { readRecord } from "../../src/targets/kubernetes/record/record-store.ts";
import { openCluster, type TestCluster } from "../targets/clusters.ts";
import { type FaultProxy, startFaultProxy } from "../targets/fault-proxy.ts";
import { until } from "../targets/until.ts";
import { madeIn, nameOf, orphansAmong } from "./inventory.ts";
import { createNamespace, type TestNamespace } from "./namespace.ts";
import { type ProcessWatch, watchProcesses } from "./one-process.ts";
import { createStrike, isWrite, type Point } from "./strike.ts";
import type { Workplace } from "./workplace.ts";

export type Phase = "first" | "update" | "failing" | "delete";

/** What happened in one phase. */
export interface PhaseResult {
  readonly phase: Phase;
  readonly point: Point | undefined;
  /** The write at which the run was killed; undefined where it was not. */
  readonly struck: string | undefined;
  /** Writes of the run that was not killed. */
  readonly writes: number;
  /** What is not as it should be. */
  readonly problems: readonly string[];
}

export interface TortureOptions {
  readonly kubeconfig: string;
  /** In their order; the first is `first`. */
  readonly phases: readonly Phase[];
  readonly points: Readonly<Partial<Record<Phase, Point>>>;
  open(files: Readonly<Record<string, string>>): Workplace;
}

interface Scene {
  readonly namespace: TestNamespace;
  readonly proxy: FaultProxy;
  readonly cluster: TestCluster;
  readonly workplace: Workplace;
  readonly processes: ProcessWatch;
}

/** Applies, updates, fails to update and deletes a stack, kills each of these where it is told to, and runs it again. */
export async function torture({ kubeconfig, phases, points, open }: TortureOptions): Promise<readonly PhaseResult[]> {
  const namespace = await createNamespace("torture");
  const proxy = await startFaultProxy({ kubeconfig });
  const cluster = openCluster(kubeconfig, { namespace: namespace.name });
  const workplace = open({});
  try {
    const scene = { namespace, proxy, cluster, workplace, processes: await watchProcesses(cluster) };
    const results: PhaseResult[] = [];
    for (const [index, phase] of phases.entries()) {
      results.push(await runPhase({ phase, before: phases[index - 1], point: points[phase] }, scene));
    }
    return results;
  } finally {
    cluster.close();
    await proxy.close();
    workplace.remove();
    await namespace.remove();
  }
}

interface Act {
  readonly phase: Phase;
  readonly before: Phase | undefined;
  readonly point: Point | undefined;
}

async function runPhase({ phase, before: phaseBefore, point }: Act, scene: Scene): Promise<PhaseResult> {
  const before = await recordOf(scene);
  const problems: string[] = [];
  const struck = point && (await killedRun(phase, point, scene));
  if (struck !== undefined) problems.push(...(await problemsBetween(phase, before, scene)));
  const from = scene.proxy.log.length;
  const run = await scene.workplace.run(wordsOf(phase, scene), environmentOf(phase, scene));
  const writes = scene.proxy.log.slice(from).filter(isWrite).length;
  const expected = phase === "failing" ? 3 : 0;
  if (run.exitCode !== expected) problems.push(`ended with ${run.exitCode}: ${run.out}${run.error}`);
  // A failed update goes back to what was there before.
  const goal = phase === "failing" ? phaseBefore : phase;
  problems.push(...(await (goal === "first" || goal === "update" ? problemsOf(goal, scene) : leftOver(scene))));
  problems.push(...scene.processes.doubles.map(pods => `two processes: ${pods}`), ...scene.processes.trouble);
  return { phase, point, struck, writes, problems: problems.map(problem => `${phase}: ${problem}`) };
}

/** Runs until it is killed; tells where, or undefined when it came to its end. */
async function killedRun(phase: Phase, point: Point, scene: Scene): Promise<string | undefined> {
  const { proxy, workplace } = scene;
  const strike = createStrike(point, () => running.kill("SIGKILL"));
  proxy.setFault(strike.choose);
  // The next run waits for as long as this; its own lease may be long, for machines that have much to do.
  const running = workplace.start([...wordsOf(phase, scene), "--lease", "6s"], environmentOf(phase, scene));
  const { signal } = await running.done;
  proxy.setFault(undefined);
  return signal === "SIGKILL" ? strike.struck() : undefined;
}

const stack = "acme";

const daemon = (id: string, image = "local/pause:1", more = ""): string => `  ${id}:
    type: daemon
    code: { type: image, image: "${image}" }
    environment: { TOKEN: { secret: token } }
${more}`;

const granted = "    links: [credentials]\n    permissions: execution\n";

const documentOf = (...daemons: readonly string[]): string => `stack: ${stack}
permissions:
  profiles:
    execution:
      credentials: [vault/data-read]
secrets:
  token: { env: TOKEN }
resources:
  credentials: { type: vault, keys: [API_KEY] }
${daemons.join("")}platforms:
  kubernetes:
    pod: { terminationGracePeriodSeconds: 1, resources: { requests: { cpu: 1m, memory: 1Mi } } }
`;

/** What a phase wants: a document, and a value for its secret. */
const wanted: Readonly<Record<Exclude<Phase, "delete">, { readonly document: string; readonly token: string }>> = {
  first: { document: documentOf(daemon("agent", undefined, granted), daemon("helper")), token: "first-token" },
  update: { document: documentOf(daemon("agent", undefined, granted), daemon("extra")), token: "second-token" },
  // `late` fails while the process of `agent` is still stopping: going back must not start another one beside it.
  failing: {
    document: documentOf(daemon("agent", undefined, granted), daemon("late", "127.0.0.1:5000/nobody/missing:1")),
    token: "third-token",
  },
};

function wordsOf(phase: Phase, { namespace, workplace }: Scene): readonly string[] {
  const common = ["--platform", "kubernetes", "--namespace", namespace.name, "--retry", "50ms"];
  if (phase === "delete") return ["delete", "--stack", stack, ...common];
  workplace.write("alien.yaml", wanted[phase].document);
  return ["apply", "alien.yaml", ...common, "--settle", "0s", "--timeout", "120s"];
}

const environmentOf = (phase: Phase, { proxy }: Scene) => ({
  environment: { KUBECONFIG: proxy.kubeconfig, ...(phase === "delete" ? {} : { TOKEN: wanted[phase].token }) },
});

async function recordOf({ cluster }: Scene): Promise<DeploymentRecord | undefined> {
  return (await readRecord(cluster, stack))?.record;
}

/** After the kill: the record can be read, the last good revision can come back, and `status` tells how it is. */
async function problemsBetween(phase: Phase, before: DeploymentRecord | undefined, scene: Scene) {
  const record = await recordOf(scene);
  const problems: string[] = [];
  if (phase === "update" || phase === "failing") {
    const good = record?.good;
    if (good === undefined || good.number < (before?.good?.number ?? 0)) problems.push("the good revision is lost");
    const secrets = new Set((await scene.namespace.get("secrets")).map(({ metadata }) => metadata.name));
    const missing = Object.values(good?.secrets ?? {}).filter(name => !secrets.has(name));
    if (missing.length > 0) problems.push(`the good revision lost ${missing.join(", ")}`);
  }
  const words = ["status", "--stack", stack, "--platform", "kubernetes", "--namespace", scene.namespace.name];
  const { exitCode, error, out } = await scene.workplace.run(words, environmentOf(phase, scene));
  if (exitCode !== 0 && exitCode !== 3) problems.push(`status ended with ${exitCode}: ${out}${error}`);
  return problems;
}

async function leftOver({ namespace }: Scene): Promise<readonly string[]> {
  return (await madeIn(namespace)).map(item => `${nameOf(item)} is left`);
}

/** What is there is what is wanted, and nothing else. */
async function problemsOf(goal: "first" | "update", scene: Scene): Promise<readonly string[]> {
  const daemons = goal === "first" ? ["agent", "helper"] : ["agent", "extra"];
  // What was deleted without being waited for is on its way.
  await until(async () => (await deploymentsOf(scene)).length <= daemons.length, 150_000).catch(() => undefined);
  const record = await recordOf(scene);
  if (record === undefined) return ["there is no record"];
  const { good, pending } = record;
  const items = await madeIn(scene.namespace);
  const envs = items.filter(({ kind, metadata }) => kind === "Secret" && !metadata.name.endsWith("-state"));
  const names = items.filter(({ kind }) => kind === "Deployment").map(nameOf);
  const recorded = Object.values(good?.secrets ?? {});
  return [
    ...(good === undefined || pending !== undefined ? ["the record does not call it good"] : []),
    ...(names.join() === daemons.map(id => `Deployment/${stack}-${id}`).join() ? [] : [`has ${names.join(", ")}`]),
    ...orphansAmong(items, { record }).map(name => `${name} is an orphan`),
    ...envs.filter(({ metadata }) => !recorded.includes(metadata.name)).map(item => `${nameOf(item)} is left`),
    ...envs.filter(({ data }) => decoded(data?.TOKEN) !== wanted[goal].token).map(item => `${nameOf(item)} is old`),
    ...daemons.flatMap(id => problemsOfDaemon(`${stack}-${id}`, items, recorded)),
  ];
}

const decoded = (text = ""): string => Buffer.from(text, "base64").toString();

const deploymentsOf = ({ namespace }: Scene) => namespace.get("deployments");

/** One process, running, with the values of a Secret of the good revision. */
function problemsOfDaemon(name: string, items: Awaited<ReturnType<typeof madeIn>>, secrets: readonly string[]) {
  const pods = items.filter(({ kind, metadata }) => kind === "Pod" && metadata.name.startsWith(`${name}-`));
  const states = pods.map(({ status, spec, metadata }) => {
    const isRunning = status?.containerStatuses?.[0]?.state?.running !== undefined;
    const reference: string = spec.containers[0].env.find((one: { name: string }) => one.name === "TOKEN").valueFrom
      .secretKeyRef.name;
    if (metadata.deletionTimestamp !== undefined) return "is going";
    return isRunning && secrets.includes(reference) ? "fine" : `runs: ${isRunning}, with ${reference}`;
  });
  return states.join() === "fine" ? [] : [`${name} has the pods [${states.join(", ")}]`];
}
