import { defaultTiming, type Effects, type Progress, type Timing } from "../../src/targets/index.ts";
import { type Cluster, createCluster } from "../../src/targets/kubernetes/api/cluster.ts";
import { loadConfig } from "../../src/targets/kubernetes/api/kubeconfig.ts";
import { connect } from "../../src/targets/kubernetes/client.ts";
import { realEffects } from "./effects.ts";

export interface TestCluster extends Cluster {
  readonly progress: readonly Progress[];
  /** Ends all that goes on. */
  abort(reason?: unknown): void;
  close(): void;
}

export interface TestClusterOptions {
  readonly namespace?: string;
  readonly effects?: Effects;
  readonly timing?: Partial<Timing>;
  readonly sockets?: number;
}

/** One namespace of the cluster that a kubeconfig file names; calls are tried again after a millisecond. */
export function openCluster(kubeconfig: string, options: TestClusterOptions = {}): TestCluster {
  const { namespace = "default", effects = realEffects, timing = {}, sockets = 16 } = options;
  const connection = connect(loadConfig({ files: [kubeconfig] }), { sockets });
  const interrupt = new AbortController();
  const progress: Progress[] = [];
  const cluster = createCluster({
    connection,
    namespace,
    effects,
    timing: { ...defaultTiming, retry: 1, ...timing },
    onProgress: said => progress.push(said),
    signal: interrupt.signal,
  });
  return {
    ...cluster,
    progress,
    abort: reason => interrupt.abort(reason),
    close: () => {
      interrupt.abort();
      connection.close();
    },
  };
}
