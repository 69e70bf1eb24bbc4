import { irVersion, type StackIr } from "../ir/index.ts";

/** A stack of which nothing is known but its name and the ids of its daemons. */
export const bareStack = (stack: string, daemons: readonly string[]): StackIr => ({
  irVersion,
  stack,
  supportedPlatforms: [],
  profiles: [],
  secrets: [],
  resources: [],
  daemons: daemons.map(bareDaemon),
  kubernetes: { imagePullSecrets: [], networkPolicy: true, serviceAccounts: [], pod: {} },
  local: {},
});

const bareDaemon = (id: string): StackIr["daemons"][number] => ({
  kind: "daemon",
  id,
  path: "/stack",
  code: { type: "image", path: "/stack", image: "" },
  links: [],
  commandsEnabled: false,
  environment: { local: [], kubernetes: [] },
});
