import type { Engine, EngineEvent, LogRequest, TimedLine } from "../../../src/targets/local/api/engine.ts";
import { EngineError } from "../../../src/targets/local/api/error.ts";
import type { FakeContainer } from "./fake-container.ts";
import type { FakeWorld } from "./fake-world.ts";

/** Whether labels are those of a filter: `name` or `name=value`. */
export const hasLabels = (labels: Readonly<Record<string, string>>, wanted: readonly string[]): boolean =>
  wanted.every(filter => {
    const at = filter.indexOf("=");
    return at === -1 ? filter in labels : labels[filter.slice(0, at)] === filter.slice(at + 1);
  });

export const gone = (): EngineError => new EngineError("socket hang up", { status: 0, code: "ECONNRESET" });

export const fakeStreams = (world: FakeWorld): Pick<Engine, "events" | "logs"> => ({
  events: (labels, signal) => events(world, labels, signal),
  logs: (id, request) => logs(world, id, request),
});

async function* events(
  world: FakeWorld,
  labels: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<EngineEvent, void> {
  if (world.isAway) throw gone();
  const waiting: EngineEvent[] = [];
  let wake = (): void => undefined;
  const hear = (action: string, container: FakeContainer | undefined): void => {
    if (container !== undefined && action !== "" && hasLabels(container.spec.labels, labels)) {
      waiting.push({ action, container: container.id, labels: container.spec.labels });
    }
    wake();
  };
  const end = (): void => wake();
  world.listeners.add(hear);
  signal.addEventListener("abort", end);
  try {
    while (!signal.aborted) {
      if (world.isAway) throw gone();
      const [next] = waiting.splice(0, 1);
      if (next !== undefined) yield next;
      else await new Promise<void>(resolve => (wake = resolve));
    }
  } finally {
    world.listeners.delete(hear);
    signal.removeEventListener("abort", end);
  }
}

/** As the engine's: what is followed ends with the process, also when that is started again. */
async function* logs(
  world: FakeWorld,
  id: string,
  { follow = false, tail, since = 0, until = Infinity }: LogRequest,
): AsyncGenerator<TimedLine, void> {
  if (world.isAway) throw gone();
  const container = world.find(id);
  const isMeant = ({ at }: TimedLine) => Date.parse(at) >= since * 1000 && Date.parse(at) < until * 1000;
  const { starts } = container;
  const meant = container.lines.filter(isMeant);
  let told = container.lines.length;
  yield* tail === undefined ? meant : meant.slice(Math.max(0, meant.length - tail));
  const isOver = () => container.starts !== starts || container.state.status !== "running";
  while (follow) {
    const news = container.lines.slice(told).filter(isMeant);
    told = container.lines.length;
    yield* news;
    if (world.isAway) throw gone();
    if (isOver()) return;
    if (container.lines.length === told) await nextMove(world, container);
  }
}

/** Until something happens to a container, or it prints something. */
const nextMove = (world: FakeWorld, container: FakeContainer): Promise<void> =>
  new Promise(resolve => {
    const hear = (_action: string, moved: FakeContainer | undefined): void => {
      if (moved !== container && !world.isAway) return;
      world.listeners.delete(hear);
      resolve();
    };
    world.listeners.add(hear);
  });
