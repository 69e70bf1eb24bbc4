import { status } from "../diagnostics/index.ts";
import {
  type Checked,
  formatCompose,
  formatObjects,
  type OutputFile,
  type OutputFormat,
  outputFiles,
  renderCompose,
  render as renderKubernetes,
  requiredSecretKeys,
} from "../pipeline.ts";
import { type Call, flagOf, hasFlag } from "./call.ts";
import { shellWord } from "./shell-word.ts";

/** What was rendered for one platform, ready to be written. */
export interface Manifests {
  /** All of it as one text. */
  text(format: OutputFormat): string;
  /** What stands in a directory. */
  files(format: OutputFormat): readonly OutputFile[];
  /** The command that deploys what is written to standard output. */
  readonly piped: string;
  /** The command that deploys this file or directory. */
  deploy(path: string): string;
  /** Whether a directory is deployed as it is; else its only file is. */
  readonly takesDirectory: boolean;
  /** What has to be there before it is deployed. */
  readonly needs: readonly string[];
}

/** Values of secrets by name, where they are asked for. */
type SecretValues = ReadonlyMap<string, string> | undefined;

export function kubernetesManifests(call: Call, { stack }: Checked, secretValues: SecretValues) {
  const namespace = flagOf(call, "namespace");
  const given = namespace === undefined ? {} : { namespace };
  const { value, diagnostics } = renderKubernetes(stack, { ...given, ...(secretValues && { secretValues }) });
  const objects = value.map(({ object }) => object);
  const manifests: Manifests = {
    text: format => formatObjects(objects, format),
    files: format => outputFiles(objects, format),
    piped: "alien-compile render | kubectl apply -f -",
    deploy: path => `kubectl apply -f ${shellWord(path)}`,
    takesDirectory: true,
    needs: secretValues
      ? []
      : requiredSecretKeys(stack, given).map(({ secret, keys }) => status.requiredKeys(secret, keys)),
  };
  return { value: manifests, diagnostics };
}

export function composeManifests(call: Call, { stack }: Checked, secretValues: SecretValues) {
  const { value, diagnostics } = renderCompose(stack, secretValues && { secretValues });
  const { file, variables } = value;
  const text = (format: OutputFormat) => formatCompose(file, format, stack.stack);
  const chosen = hasFlag(call, "platform") ? " --platform local" : "";
  const manifests: Manifests = {
    text,
    files: format => [{ name: `compose.${format}`, text: text(format), isSecret: secretValues !== undefined }],
    piped: `alien-compile render${chosen} | docker compose -f - up -d`,
    deploy: path => `docker compose -f ${shellWord(path)} up -d`,
    takesDirectory: false,
    needs: variables.length === 0 ? [] : [status.requiredVariables(variables)],
  };
  return { value: manifests, diagnostics };
}
