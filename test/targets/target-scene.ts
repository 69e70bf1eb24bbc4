import type { TargetPlatform } from "../../src/ir/index.ts";
import { check } from "../../src/pipeline.ts";
import type {
  ApplyOptions,
  Change,
  Desired,
  LogLine,
  LogOptions,
  Outcome,
  Permissions,
  Plan,
  Progress,
  Target,
  WatchEvent,
  WatchOptions,
} from "../../src/targets/index.ts";
import { type Doing, scriptOf } from "./scripts.ts";

/** What one who works with a place gives. */
export interface Handle {
  readonly signal: AbortSignal;
  onProgress(progress: Progress): void;
}

/** Where the contract is tried: a place where stacks run, and its time. */
export interface TargetWorld {
  readonly platform: TargetPlatform;
  /** Two images that run the shell commands of their variable `SCRIPT`. */
  readonly images: readonly [string, string];
  /** The name of a stack that nobody else has. */
  newStack(): string;
  /** As another process would open it. */
  open(handle: Handle): Target;
  settle<T>(promise: Promise<T>): Promise<T>;
  until(condition: () => unknown): Promise<void>;
  /** How many processes of a daemon run now. */
  processes(stack: string, daemon: string): Promise<number>;
  /** Everything that there is of a stack. */
  left(stack: string): Promise<readonly string[]>;
  /** Takes away what a test has left. */
  remove(stack: string): Promise<void>;
}

export interface DaemonSetting extends Doing {
  readonly version?: string;
  /** Which of the images. */
  readonly image?: 0 | 1;
  /** Whether it has the secret as `TOKEN`. */
  readonly hasToken?: boolean;
}

export interface Given extends Partial<Permissions>, Partial<ApplyOptions> {
  /** The value of the secret. */
  readonly token?: string;
  readonly source?: string;
}

export type Daemons = Readonly<Record<string, DaemonSetting>>;

const safe: Permissions = { adopt: false, forceConflicts: false, allowEmpty: false, createNamespace: false };

/** What comes of something that goes on beside the test. */
export interface Collected<T> {
  readonly items: readonly T[];
  /** Resolves when it ends by itself. */
  readonly end: Promise<void>;
}

function collect<T>(source: AsyncIterable<T>): Collected<T> {
  const items: T[] = [];
  const run = async (): Promise<void> => {
    for await (const item of source) items.push(item);
  };
  const end = run();
  end.catch(() => undefined);
  return { items, end };
}

/** A stack of its own, and those who work with it, for one test. */
export function createScene(world: TargetWorld, finished: (callback: () => Promise<void>) => void) {
  const stack = world.newStack();
  const parties: Party[] = [];
  finished(async () => {
    for (const party of parties) party.leave();
    await world.remove(stack);
  });
  const join = (onProgress?: Handle["onProgress"]): Party => {
    const party = createParty(world, stack, onProgress);
    parties.push(party);
    return party;
  };
  return { stack, join };
}

export type Party = ReturnType<typeof createParty>;

function createParty(world: TargetWorld, stack: string, onProgress: Handle["onProgress"] = () => undefined) {
  const ending = new AbortController();
  const progress: Progress[] = [];
  const hear = (step: Progress): void => {
    progress.push(step);
    onProgress(step);
  };
  const target = world.open({ signal: ending.signal, onProgress: hear });
  const { settle } = world;
  const plan = (daemons: Daemons, given: Given = {}) =>
    settle(target.plan(desiredOf(world, stack, { daemons, given }), { ...safe, ...permissionsOf(given) }));
  const carryOut = (made: Plan, { wait = true, rollback = true, confirm, report }: Given = {}): Promise<Outcome> =>
    settle(target.apply(made, { wait, rollback, ...(confirm ? { confirm } : {}), ...(report ? { report } : {}) }));
  const planDeletion = () => settle(target.planDeletion(stack, safe));
  return {
    target,
    progress,
    plan,
    planDeletion,
    carryOut,
    apply: async (daemons: Daemons, given: Given = {}): Promise<Outcome> =>
      carryOut(planned(await plan(daemons, given)), given),
    delete: async (): Promise<Outcome> => carryOut(planned(await planDeletion()), { rollback: false }),
    restart: (daemons: readonly string[]) => settle(target.restart(stack, daemons, { wait: true })),
    status: () => settle(target.status(stack)),
    lines: async (options: Partial<LogOptions> = {}): Promise<readonly LogLine[]> => {
      const { items, end } = collect(target.logs(stack, { ...currentLines, ...options }));
      await settle(end);
      return items;
    },
    follow: () => collect<LogLine>(target.logs(stack, { ...currentLines, follow: true })),
    watch: (options: Partial<WatchOptions> = {}) =>
      collect<WatchEvent>(target.watch(stack, { drift: false, ...options })),
    interrupt: (reason: Error) => ending.abort(reason),
    leave: () => {
      ending.abort(new Error("left"));
      target.close();
    },
  };
}

const currentLines: LogOptions = { daemons: [], follow: false, previous: false };

function permissionsOf(given: Given): Partial<Permissions> {
  const { adopt, allowEmpty } = given;
  return { ...(adopt ? { adopt } : {}), ...(allowEmpty ? { allowEmpty } : {}) };
}

export function planned({ value, diagnostics }: Awaited<ReturnType<Target["plan"]>>): Plan {
  if (value === undefined) throw new Error(`no plan: ${JSON.stringify(diagnostics)}`);
  return value;
}

interface Wanted {
  readonly daemons: Daemons;
  readonly given: Given;
}

/** A document, through all pure stages. */
function desiredOf(world: TargetWorld, stack: string, { daemons, given }: Wanted): Desired {
  const { token = "first-token-1", source } = given;
  const text = documentOf(world, stack, daemons);
  const files = [{ name: "alien.yaml", text, bytesBefore: 0 }];
  const { value, diagnostics } = check({ files, choose: () => world.platform });
  if (value === undefined || diagnostics.some(({ severity }) => severity === "error"))
    throw new Error(`${JSON.stringify(diagnostics)}\n${text}`);
  return {
    stack: value.stack,
    secretValues: new Map([["token", token]]),
    ...(source === undefined ? {} : { source }),
  };
}

const documentOf = ({ images }: TargetWorld, stack: string, daemons: Daemons): string => `stack: ${stack}
secrets:
  token: { env: TOKEN }
resources:${Object.keys(daemons).length === 0 ? " {}" : ""}
${Object.entries(daemons)
  .map(
    ([id, { version = "one", image = 0, hasToken = false, ...doing }]) => `  ${id}:
    type: daemon
    code: { type: image, image: "${images[image]}" }
    environment:
      SCRIPT: ${JSON.stringify(scriptOf(doing))}
      VERSION: ${version}
${hasToken ? "      TOKEN: { secret: token }\n" : ""}`,
  )
  .join("")}platforms:
  kubernetes:
    pod: { terminationGracePeriodSeconds: 1, resources: { requests: { cpu: 1m, memory: 8Mi } } }
`;

/** What a plan would change of a daemon that is there, by field; of fields that several objects have, once. */
export const fieldsOf = ({ changes }: Plan, daemon: string): ReadonlyMap<string, Change["fields"][number]> =>
  new Map(
    changes
      .filter(change => change.daemon === daemon && change.action !== "create")
      .flatMap(({ fields }) => fields.map(field => [field.field, field] as const)),
  );
