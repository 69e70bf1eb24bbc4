import type { DeploymentRecord } from "../../src/state/index.ts";
import { createStateStore } from "../../src/targets/local/record/state-files.ts";
import { realEffects } from "../targets/effects.ts";
import { dockerLater as docker, foundLater as foundOf, scriptImage, stackName, sweep } from "./docker.ts";
import { type EngineProxy, isEngineWrite, startEngineProxy } from "./engine-proxy.ts";
import { type LocalProcesses, watchLocalProcesses } from "./local-processes.ts";
import { createStrike, type Point } from "./strike.ts";
import type { Phase, PhaseResult, TortureOptions } from "./torture.ts";
import type { Workplace } from "./workplace.ts";

interface Scene {
  readonly stack: string;
  readonly proxy: EngineProxy;
  readonly workplace: Workplace;
  readonly processes: LocalProcesses;
}

/** As `torture` does with a cluster, with a Docker engine. Data is written when the first phase is over. */
export async function tortureLocally({
  phases,
  points,
  open,
}: Omit<TortureOptions, "kubeconfig">): Promise<readonly PhaseResult[]> {
  const stack = stackName("torture");
  const [proxy, workplace, processes] = [await startEngineProxy(), open({}), await watchLocalProcesses(stack)];
  try {
    const scene = { stack, proxy, workplace, processes };
    const results: PhaseResult[] = [];
    for (const [index, phase] of phases.entries()) {
      results.push(await runPhase({ phase, before: phases.slice(0, index), point: points[phase] }, scene));
      if (index === 0) await writeData(scene);
    }
    return results;
  } finally {
    processes.close();
    await proxy.close();
    sweep(stack);
    workplace.remove();
  }
}

interface Act {
  readonly phase: Phase;
  readonly before: readonly Phase[];
  readonly point: Point | undefined;
}

async function runPhase({ phase, before, point }: Act, scene: Scene): Promise<PhaseResult> {
  const good = (await recordOf(scene))?.good?.number;
  const problems: string[] = [];
  const hasData = before.length > 0;
  const struck = point && (await killedRun(phase, point, scene));
  if (point !== undefined && struck === undefined) problems.push("was not struck");
  if (struck !== undefined) problems.push(...(await problemsBetween(scene, { good, hasData })));
  const from = scene.proxy.log.length;
  const run = await scene.workplace.run(wordsOf(phase, scene), environmentOf(phase, scene));
  const writes = scene.proxy.log.slice(from).filter(isEngineWrite).length;
  const expected = phase === "failing" ? 3 : 0;
  if (run.exitCode !== expected) problems.push(`ended with ${run.exitCode}: ${run.out}${run.error}`);
  // A failed update goes back to what was there before.
  const goal = phase === "failing" ? before.findLast(one => one !== "failing") : phase;
  problems.push(
    ...(await (goal === "first" || goal === "update" ? problemsOf(goal, scene) : problemsOfNothing(scene))),
  );
  if (hasData) problems.push(...(await problemsOfData(scene)));
  await scene.processes.caughtUp().catch(cause => problems.push(`events and processes differ: ${cause}`));
  problems.push(...scene.processes.doubles.map(double => `two processes of ${double}`));
  return { phase, point, struck, writes, problems: problems.map(problem => `${phase}: ${problem}`) };
}

/** Runs until it is killed; tells where, or undefined when it came to its end. */
async function killedRun(phase: Phase, point: Point, scene: Scene): Promise<string | undefined> {
  const { proxy, workplace } = scene;
  const strike = createStrike(point, () => running.kill("SIGKILL"), isEngineWrite);
  proxy.setFault(strike.choose);
  const running = workplace.start(wordsOf(phase, scene), environmentOf(phase, scene));
  const { signal } = await running.done;
  proxy.setFault(undefined);
  return signal === "SIGKILL" ? strike.struck() : undefined;
}

/** It takes a while to end: a new one that is not waiting for it would run beside it. */
const stays = "trap 'sleep 1; exit 0' TERM; sleep 100000 & wait";
const mounted = "/var/lib/alien/storage/files";

const daemon = (id: string, version: string, { script = stays, more = "" } = {}): string => `  ${id}:
    type: daemon
    code: { type: image, image: "${scriptImage}" }
    environment: { VERSION: "${version}", SCRIPT: ${JSON.stringify(script)}, TOKEN: { secret: token } }
${more}`;

const agent = (version: string): string => daemon("agent", version, { more: "    links: [files]\n" });

const documentOf = (stack: string, daemons: readonly string[]): string => `stack: ${stack}
supportedPlatforms: [local]
secrets:
  token: { env: TOKEN }
resources:
  files: { type: storage }
${daemons.join("")}`;

/** What a phase wants: its daemons, of a version that is its name. */
const wanted: Readonly<Record<Exclude<Phase, "delete">, readonly string[]>> = {
  first: [agent("first"), daemon("helper", "first")],
  update: [agent("update"), daemon("extra", "update")],
  failing: [agent("failing"), daemon("late", "failing", { script: "sleep 0.3; exit 4" })],
};

function wordsOf(phase: Phase, { stack, workplace }: Scene): readonly string[] {
  if (phase === "delete") return ["delete", "--stack", stack, "--platform", "local"];
  workplace.write("alien.yaml", documentOf(stack, wanted[phase]));
  return ["apply", "--settle", "1s", "--timeout", "100s"];
}

const stateDirectory = ({ workplace }: Scene): string => `${workplace.directory}/state`;

const tokenOf = (phase: string): string => `token-of-${phase}`;

const environmentOf = (phase: Phase, scene: Scene) => ({
  environment: { DOCKER_HOST: scene.proxy.address, ALIEN_STATE_DIR: stateDirectory(scene), TOKEN: tokenOf(phase) },
});

async function recordOf(scene: Scene): Promise<DeploymentRecord | undefined> {
  const { signal } = new AbortController();
  const store = createStateStore(stateDirectory(scene), await docker("info", "--format", "{{.ID}}"), {
    effects: realEffects,
    signal,
  });
  return store.read(scene.stack);
}

async function writeData({ stack }: Scene): Promise<void> {
  await docker("exec", `${stack}-agent`, "sh", "-c", `echo kept > ${mounted}/data`);
}

const volumeOf = ({ stack }: Scene): string => `${stack}-storage-files`;

/** What was written before is there, whoever runs. */
async function problemsOfData(scene: Scene): Promise<readonly string[]> {
  if (!(await foundOf(scene.stack)).includes(`volume/${volumeOf(scene)}`)) return ["the volume is gone"];
  const mount = `${volumeOf(scene)}:/data:ro`;
  const said = await docker(
    "run",
    "--rm",
    "--network",
    "none",
    "--volume",
    mount,
    "busybox:latest",
    "cat",
    "/data/data",
  );
  return said === "kept" ? [] : [`the data has become ${said}`];
}

interface Before {
  /** Number of the last good revision. */
  readonly good: number | undefined;
  readonly hasData: boolean;
}

/** After the kill: what is remembered can be read and still knows the good revision, and `status` tells how it is. */
async function problemsBetween(scene: Scene, { good = 0, hasData }: Before): Promise<readonly string[]> {
  const problems = hasData ? [...(await problemsOfData(scene))] : [];
  const record = await recordOf(scene);
  const isDeleted = record === undefined && (await foundOf(scene.stack)).every(name => name.startsWith("volume/"));
  if ((record?.good?.number ?? 0) < good && !isDeleted) problems.push("the good revision is lost");
  const words = ["status", "--stack", scene.stack, "--platform", "local"];
  const { exitCode, error, out } = await scene.workplace.run(words, environmentOf("first", scene));
  if (exitCode !== 0 && exitCode !== 3) problems.push(`status ended with ${exitCode}: ${out}${error}`);
  return problems;
}

/** Nothing is left but data, and nothing is remembered. */
async function problemsOfNothing(scene: Scene): Promise<readonly string[]> {
  const left = (await foundOf(scene.stack)).filter(name => name !== `volume/${volumeOf(scene)}`);
  const remembered = (await recordOf(scene)) === undefined ? [] : ["the stack is still remembered"];
  return [...left.map(name => `${name} is left`), ...remembered];
}

/** What is there is what is wanted, and nothing else. */
async function problemsOf(goal: "first" | "update", scene: Scene): Promise<readonly string[]> {
  const { stack } = scene;
  const names = (goal === "first" ? ["agent", "helper"] : ["agent", "extra"]).map(id => `${stack}-${id}`);
  const record = await recordOf(scene);
  const things = [...names.map(name => `container/${name}`), `volume/${volumeOf(scene)}`];
  const found = await foundOf(stack);
  const listed = (record?.inventory ?? []).map(({ kind, name }) => `${kind.toLowerCase()}/${name}`).sort();
  const made = names.filter(name => found.includes(`container/${name}`));
  const wrong = await Promise.all(made.map(name => problemsOfDaemon(name, goal)));
  return [
    ...(record?.good === undefined || record.pending !== undefined ? ["the record does not call it good"] : []),
    ...(found.join() === things.join() ? [] : [`has ${found.join(", ")}`]),
    ...(listed.join() === things.join() ? [] : [`remembers ${listed.join(", ")}`]),
    ...wrong.flat(),
  ];
}

/** It runs for good, with the values that are wanted, and has not failed since. */
async function problemsOfDaemon(name: string, goal: string): Promise<readonly string[]> {
  const format = "{{.State.Status}} {{.RestartCount}} {{.HostConfig.RestartPolicy.Name}} {{json .Config.Env}}";
  const [status, restarts, policy, ...rest] = (await docker("inspect", name, "--format", format)).split(" ");
  const environment: readonly string[] = JSON.parse(rest.join(" "));
  const isRight = [`VERSION=${goal}`, `TOKEN=${tokenOf(goal)}`].every(variable => environment.includes(variable));
  return [
    ...(isRight ? [] : [`${name} is of another version: ${environment.filter(text => /^(VERS|TOK)/.test(text))}`]),
    ...(`${status} ${restarts} ${policy}` === "running 0 unless-stopped"
      ? []
      : [`${name}: ${status} ${restarts} ${policy}`]),
  ];
}
