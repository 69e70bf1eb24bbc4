import { containerSettings } from "../../../render/index.ts";
import type { ContainerSpec } from "./engine.ts";

/** What the engine is sent to create a container: what all of ours have in common stands here. */
export const createBody = (spec: ContainerSpec) => ({
  Image: spec.image,
  Env: spec.environment,
  Labels: spec.labels,
  HostConfig: {
    NetworkMode: spec.network,
    Mounts: spec.mounts.map(({ volume, target }) => ({ Type: "volume", Source: volume, Target: target })),
    RestartPolicy: { Name: containerSettings.restartPolicy },
    // A first process that passes signals on and takes leave of children that nobody waits for.
    Init: true,
    SecurityOpt: containerSettings.securityOptions,
    ExtraHosts: containerSettings.extraHosts,
    PublishAllPorts: false,
    PortBindings: {},
    ...(spec.boundedLogDriver === undefined ? {} : { LogConfig: logConfig(spec.boundedLogDriver) }),
  },
});

const logConfig = (driver: string) => ({ Type: driver, Config: containerSettings.logBounds });
