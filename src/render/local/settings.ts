/** What every container of ours has, whoever makes it: `apply`, or Compose from a rendered file. */
export const containerSettings = {
  restartPolicy: "unless-stopped",
  /** How long it has to end by itself before it is killed. */
  stopSeconds: 30,
  securityOptions: ["no-new-privileges"],
  extraHosts: ["host.docker.internal:host-gateway"],
  logBounds: { "max-size": "10m", "max-file": "3" },
} as const;

/** A daemon has no ingress: no container on such a network reaches another. */
export const networkOptions = { "com.docker.network.bridge.enable_icc": "false" } as const;
