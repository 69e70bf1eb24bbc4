import type { Staged } from "../../diagnostics/index.ts";
import type { StackIr } from "../../ir/index.ts";
import { objectName } from "../kubernetes/names.ts";
import { localStack } from "../local/stack.ts";
import type { ComposeFile } from "./compose-file.ts";
import { requiredVariables, type Secrets } from "./environment.ts";
import { composeFindings } from "./findings.ts";
import { joinedNetwork } from "./network.ts";
import { service } from "./service.ts";

export interface ComposeOptions {
  /** Values by name of secret; with them the file holds them, and Compose fills in nothing. */
  readonly secretValues?: ReadonlyMap<string, string>;
}

export interface RenderedCompose {
  readonly file: ComposeFile;
  /** The variables that have to be set where Compose runs. */
  readonly variables: readonly string[];
}

/** The Compose file of a stack that earlier stages found no error in: it has the effect of `apply` on a Docker engine. */
export function renderCompose(stack: StackIr, { secretValues }: ComposeOptions = {}): Staged<RenderedCompose> {
  const local = localStack(stack);
  const secrets: Secrets = {
    declared: new Map(stack.secrets.map(secret => [secret.name, secret])),
    values: secretValues,
  };
  const network = joinedNetwork(local.network);
  // The volumes have the names that `apply` gives them, so that the data stays when a stack moves to Compose.
  const volumes = Object.fromEntries(local.volumes.map(({ name }) => [name, { name }]));
  const file: ComposeFile = {
    name: projectName(stack.stack),
    services: Object.fromEntries(local.daemons.map(daemon => [daemon.id, service(daemon, { secrets, network })])),
    ...network.file,
    ...(local.volumes.length === 0 ? {} : { volumes }),
  };
  const variables = requiredVariables(
    local.daemons.flatMap(({ environment }) => environment),
    secrets,
  );
  return { value: { file, variables }, diagnostics: composeFindings(stack, local, secrets) };
}

/** Compose takes fewer names than we do. */
const projectName = (stack: string): string => (/^[a-z0-9][a-z0-9_-]*$/.test(stack) ? stack : objectName(stack));
