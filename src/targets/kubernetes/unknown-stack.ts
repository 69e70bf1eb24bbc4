import { irVersion, type StackIr } from "../../ir/index.ts";
import { idAnnotation } from "../../render/index.ts";
import type { LiveObject } from "./api/live-object.ts";

/** What is known of a stack whose document nobody has: its name and its daemons. */
export const unknownStack = (stack: string, objects: Iterable<LiveObject>): StackIr => ({
  irVersion,
  stack,
  supportedPlatforms: [],
  profiles: [],
  secrets: [],
  resources: [],
  daemons: [...objects].filter(({ kind }) => kind === "Deployment").map(unknownDaemon),
  kubernetes: { imagePullSecrets: [], networkPolicy: true, serviceAccounts: [], pod: {} },
  local: {},
});

const unknownDaemon = ({ metadata: { name, annotations } }: LiveObject): StackIr["daemons"][number] => ({
  kind: "daemon",
  id: annotations?.[idAnnotation] ?? name,
  path: "/stack",
  code: { type: "image", path: "/stack", image: "" },
  links: [],
  commandsEnabled: false,
  environment: { local: [], kubernetes: [] },
});
