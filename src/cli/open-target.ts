import { existsSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { delimiter, resolve } from "node:path";
import type { Staged } from "../diagnostics/index.ts";
import {
  type KubernetesOptions,
  type LocalOptions,
  type OnProgress,
  openKubernetes,
  openLocal,
  type Target,
  type TargetOptions,
  type TargetPlatform,
} from "../pipeline.ts";
import { type Call, flagOf } from "./call.ts";
import { effects } from "./effects.ts";
import { codeOf } from "./inputs.ts";
import type { Documented } from "./stack-call.ts";
import { stateDirectory } from "./state-directory.ts";
import type { Timings } from "./timings.ts";
import type { World } from "./world.ts";

export interface Opening extends Timings {
  readonly platform: TargetPlatform;
  readonly documented: Documented | undefined;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** Opens the cluster or the engine that a call names; from here on its client is loaded. */
export async function openTarget(call: Call, world: World, opening: Opening): Promise<Staged<Target | undefined>> {
  const { value: options, diagnostics } = optionsOf(call, world, opening);
  if (options === undefined) return { value: undefined, diagnostics };
  if (world.openTarget !== undefined) return world.openTarget(options);
  world.onLoad?.(options.platform);
  return options.platform === "local" ? openLocal(options) : openKubernetes(options);
}

function optionsOf(call: Call, world: World, opening: Opening): Staged<TargetOptions | undefined> {
  const { platform, timing, lockTimeout, onProgress, signal } = opening;
  const shared = { effects, timing, lockTimeout, holder: holderOf(world), onProgress, signal };
  if (platform === "kubernetes") {
    const connect = kubernetesOptions(call, world);
    return { value: { platform, connect, ...namespaceOf(call, opening), ...shared }, diagnostics: [] };
  }
  const { value: directory, diagnostics } = stateDirectory(world);
  if (directory === undefined) return { value: undefined, diagnostics };
  return { value: { platform, connect: localOptions(call, world), stateDirectory: directory, ...shared }, diagnostics };
}

function namespaceOf(call: Call, { documented }: Opening): Pick<KubernetesOptions, "namespace" | "namespacePath"> {
  const namespace = flagOf(call, "namespace");
  if (namespace !== undefined) return { namespace };
  if (documented === undefined) return {};
  const { namespace: said, path } = documented;
  return { namespace: said, ...(path === undefined ? {} : { namespacePath: path }) };
}

function kubernetesOptions(call: Call, { environment, directory }: World): KubernetesOptions["connect"] {
  const [kubeconfig, context] = [flagOf(call, "kubeconfig"), flagOf(call, "context")];
  const { KUBECONFIG, KUBERNETES_SERVICE_HOST, HOME, USERPROFILE } = environment;
  return {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
    environment: { KUBECONFIG, KUBERNETES_SERVICE_HOST, HOME, USERPROFILE },
    exists: existsSync,
    resolve: path => resolve(directory, path),
    pathDelimiter: delimiter,
  };
}

function localOptions(call: Call, { environment }: World): LocalOptions["connect"] {
  const context = flagOf(call, "context");
  return { ...(context === undefined ? {} : { context }), environment };
}

/** Who we are, to somebody who waits for our lock. */
function holderOf({ environment }: World): string {
  const { GITHUB_REPOSITORY, GITHUB_RUN_ID } = environment;
  if (GITHUB_REPOSITORY && GITHUB_RUN_ID) return `${GITHUB_REPOSITORY} run ${GITHUB_RUN_ID}`;
  return `${userName()}@${hostname()}`;
}

/** A container's user may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch (cause) {
    codeOf(cause);
    return "unknown";
  }
}
