import type { DeploymentRecord } from "../../../src/state/index.ts";
import { stackIr } from "../../render/stack-ir.ts";

/** What could be remembered of a stack on an engine. */
export const localRecord = (stack: string, given: Partial<DeploymentRecord> = {}): DeploymentRecord => ({
  formatVersion: 1,
  stack,
  source: "https://github.com/acme/connector",
  state: {
    platform: "local",
    resourcePrefix: stack,
    resources: {
      connector: {
        type: "daemon",
        status: "running",
        config: { id: "connector" },
        outputs: { type: "daemon", daemonName: `${stack}-connector`, running: true },
      },
    },
  },
  inventory: [{ apiVersion: "docker", kind: "Container", name: `${stack}-connector`, uid: "c1", digest: "0a" }],
  good: { number: 1, ir: stackIr({ stack }), secrets: {}, appliedAt: "2026-01-01T00:00:00Z" },
  ...given,
});
