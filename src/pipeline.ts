import { compile } from "./compile/index.ts";
import { type Diagnostic, type PathPlace, type Places, poisonOf, type Span, type Staged } from "./diagnostics/index.ts";
import { type Baggage, fromStack, isStackJson, type JsonObject, stackPath, toStack } from "./exchange/index.ts";
import { type Platform, type StackIr, type TargetPlatform, vaultSecretName } from "./ir/index.ts";
import { preflight } from "./preflight/index.ts";
import {
  formatCompose,
  formatObjects,
  type OutputFile,
  type OutputFormat,
  outputFiles,
  renderCompose,
  renderKubernetes,
  requiredSecretKeys,
} from "./render/index.ts";
import { type Document, validate } from "./schema/index.ts";
import {
  applyFlags,
  decodeSource,
  type Flags,
  limits,
  readSource,
  type SourceFile,
  type SourceTree,
  tooLarge,
} from "./source/index.ts";
import type { Target } from "./targets/index.ts";
import type { OpenOptions as KubernetesOptions } from "./targets/kubernetes/index.ts";
import type { OpenOptions as LocalOptions } from "./targets/local/index.ts";

/** What a shell gives, so that stacks can be deployed somewhere. */
export type TargetOptions =
  | ({ readonly platform: "kubernetes" } & KubernetesOptions)
  | ({ readonly platform: "local" } & LocalOptions);

export interface CheckInput extends Flags {
  /** The layers of one stack, earlier first; or one stack.json. */
  readonly files: readonly SourceFile[];
  /** The platform to check for; where it gives none, or is not there, every supported one is checked. */
  readonly choose?: (stack: StackIr) => Platform | undefined;
}

/** A stack that went through every pure stage. It may be rendered or applied when there is no error. */
export interface Checked {
  readonly document: Document;
  readonly stack: StackIr;
  /** What a stack.json said beyond the document. */
  readonly baggage?: Baggage;
}

export interface CheckResult extends Staged<Checked | undefined> {
  readonly places: Places;
}

/** source → schema → compile → preflight: all findings of one run. Reads nothing but its arguments. */
export function check(input: CheckInput): CheckResult {
  const read = readLayers(input);
  const diagnostics: Diagnostic[] = [...read.diagnostics];
  const { data, places } = read.value;
  if (data === undefined) return { value: undefined, diagnostics, places };
  const imported = isStackJson(data) ? importStack(read.value, diagnostics) : undefined;
  const tree = imported?.tree ?? read.value;

  const validated = validate(tree.data ?? data, path => tree.sourceText({ path, on: "value" }), poisonOf(diagnostics));
  diagnostics.push(...validated.diagnostics);
  const compiled = compile(validated.value, poisonOf(diagnostics));
  diagnostics.push(...compiled.diagnostics);
  const platform = input.choose?.(compiled.value);
  const options = { ...(platform ? { platform } : {}), ...(input.namespace ? { namespace: input.namespace } : {}) };
  diagnostics.push(...preflight(compiled.value, options, poisonOf(diagnostics)));
  const value = {
    document: validated.value,
    stack: compiled.value,
    ...(imported ? { baggage: imported.baggage } : {}),
  };
  return { value, diagnostics, places: tree.places };
}

/** Opens a cluster. Its client is loaded only here, after the pure stages. */
export const openKubernetes = async (options: KubernetesOptions): Promise<Staged<Target | undefined>> =>
  (await import("./targets/kubernetes/index.ts")).openKubernetes(options);
/** Opens a Docker engine. Its client is loaded only here, after the pure stages. */
export const openLocal = async (options: LocalOptions): Promise<Staged<Target | undefined>> =>
  (await import("./targets/local/index.ts")).openLocal(options);
/** What the shells need of the targets, without any engine's client. */
export const loadTargets = () => import("./targets/index.ts");
/** What is said of a stack that is deployed. */
export const loadState = () => import("./state/index.ts");

/** The manifests of a checked stack. */
export const render = renderKubernetes;
export type {
  ApplyOptions,
  DaemonStatus,
  Desired,
  Effects,
  LogLine,
  LogOptions,
  OnProgress,
  Outcome,
  Permissions,
  Plan,
  PlanFile,
  Progress,
  StackStatus,
  Timing,
  Vaults,
  WatchEvent,
  WatchOptions,
} from "./targets/index.ts";
export type {
  KubernetesOptions,
  LocalOptions,
  OutputFile,
  OutputFormat,
  Platform,
  SourceFile,
  StackIr,
  Target,
  TargetPlatform,
};
/** What the shells need of the rooms: reading what they are given, and writing what comes out. */
export {
  decodeSource,
  formatCompose,
  formatObjects,
  limits,
  outputFiles,
  renderCompose,
  requiredSecretKeys,
  tooLarge,
  toStack,
  vaultSecretName,
};

/** The platform to render for: the one asked for, the only supported one, or Kubernetes. */
export function renderPlatform(stack: StackIr, asked: Platform | undefined): Platform {
  const [only, ...others] = stack.supportedPlatforms.map(({ platform }) => platform);
  return asked ?? (only !== undefined && others.length === 0 ? only : ("kubernetes" satisfies TargetPlatform));
}

/** The layers of the stack, and over them what flags say. */
function readLayers(input: CheckInput): Staged<SourceTree> {
  const read = readSource(input.files);
  const { value, diagnostics } = applyFlags(read.value, input);
  return { value, diagnostics: [...read.diagnostics, ...diagnostics] };
}

/** What the stack.json does not say stands where it should. */
function nearest(places: Places, place: PathPlace): Span | undefined {
  const parent = place.path.slice(0, place.path.lastIndexOf("/"));
  return places.span(place) ?? (place.path === "" ? undefined : nearest(places, { path: parent, on: "value" }));
}

function importStack(tree: SourceTree, diagnostics: Diagnostic[]): { tree: SourceTree; baggage: Baggage } {
  const { value, diagnostics: found } = fromStack(tree.data as JsonObject);
  diagnostics.push(...found);
  const there = (place: { path: string; on: "key" | "value" }) => ({ ...place, path: stackPath(place.path) });
  const places = { ...tree.places, span: (place: PathPlace) => nearest(tree.places, there(place)) };
  return {
    tree: { data: value.data, places, sourceText: place => tree.sourceText(there(place)) },
    baggage: value.baggage,
  };
}
