import { irVersion } from "../ir/index.ts";
import type { ResourceStatus } from "./stack-state.ts";

/** Finds the first field that is not what it has to be, as a path; undefined where all are. */
type Shape = (value: unknown, path: string) => string | undefined;

const is =
  (test: (value: unknown) => boolean): Shape =>
  (value, path) =>
    test(value) ? undefined : path;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const text = is(value => typeof value === "string");
const truth = is(value => typeof value === "boolean");
const object = is(isObject);
const list = is(Array.isArray);
const exactly = (wanted: unknown) => is(value => value === wanted);
const among = (wanted: readonly string[]) => is(value => typeof value === "string" && wanted.includes(value));

const maybe =
  (shape: Shape): Shape =>
  (value, path) =>
    value === undefined ? undefined : shape(value, path);

const fields =
  (shapes: Readonly<Record<string, Shape>>): Shape =>
  (value, path) =>
    isObject(value)
      ? firstProblem(Object.entries(shapes), ([name, shape]) => shape(own(value, name), `${path}/${name}`))
      : path;

const every =
  (shape: Shape): Shape =>
  (value, path) => {
    if (typeof value !== "object" || value === null) return path;
    return firstProblem(Object.entries(value), ([name, item]) => shape(item, `${path}/${name}`));
  };

const both =
  (first: Shape, second: Shape): Shape =>
  (value, path) =>
    first(value, path) ?? second(value, path);

const own = (value: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(value, name) ? value[name] : undefined;

function firstProblem<T>(items: readonly T[], problemOf: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = problemOf(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const statuses: Readonly<Record<ResourceStatus, true>> = {
  pending: true,
  provisioning: true,
  "provision-failed": true,
  running: true,
  updating: true,
  "update-failed": true,
  deleting: true,
  "delete-failed": true,
  deleted: true,
  "refresh-failed": true,
};

const resource = fields({
  type: exactly("daemon"),
  status: among(Object.keys(statuses)),
  config: object,
  outputs: maybe(fields({ type: exactly("daemon"), daemonName: text, running: truth })),
  error: maybe(fields({ code: text, message: text })),
});

const entry = fields({ apiVersion: text, kind: text, name: text, uid: maybe(text), digest: maybe(text) });

const revision = (stack: string): Shape =>
  fields({
    number: is(value => Number.isSafeInteger(value) && Number(value) > 0),
    ir: fields({
      irVersion: exactly(irVersion),
      stack: exactly(stack),
      profiles: list,
      secrets: list,
      resources: list,
      daemons: list,
      kubernetes: object,
      local: object,
    }),
    secrets: both(object, every(text)),
    appliedAt: text,
  });

/** The path of the first field that keeps a value from being the record of a stack; undefined where none does. */
export function recordProblem(
  value: unknown,
  { stack, platform }: { readonly stack: string; readonly platform: string },
) {
  const record = fields({
    stack: exactly(stack),
    source: maybe(text),
    state: fields({ platform: exactly(platform), resourcePrefix: text, resources: both(object, every(resource)) }),
    inventory: both(list, every(entry)),
    good: maybe(revision(stack)),
    pending: maybe(revision(stack)),
  });
  return record(value, "");
}
