import { type Diagnostic, finding, isError, status } from "../../diagnostics/index.ts";
import { type Checked, renderPlatform } from "../../pipeline.ts";
import { type Call, flagOf, hasFlag } from "../call.ts";
import { type CheckedCall, checkCall } from "../checked.ts";
import { flags } from "../flags.ts";
import { platformOf } from "../inputs.ts";
import { composeManifests, kubernetesManifests, type Manifests } from "../manifests.ts";
import { report, say } from "../report.ts";
import type { Verb } from "../verb.ts";
import { exit, type World } from "../world.ts";

/** Writes the manifests of a stack, or its Compose file: to standard output, a file, or a directory. */
export const render: Verb = {
  flags: [
    flags.file,
    flags.platform,
    flags.namespace,
    flags.image,
    flags.includeSecrets,
    flags.secretsFile,
    flags.objectFormat,
    flags.output,
    flags.diagnostics,
  ],
  run: async (call, world) => {
    const checked = await checkCall(call, world, { choose: stack => renderPlatform(stack, platformOf(call)) });
    const { value, diagnostics, exitCode } = await renderChecked(call, world, checked);
    await report(world, { diagnostics, places: checked.places }, call);
    if (value === undefined) return exitCode;
    if (hasFlag(call, "secrets-file") && !hasFlag(call, "include-secrets"))
      say(world, call, status.noEffect("--secrets-file", "--include-secrets"));
    return writeResult(call, world, { ...value, inputs: checked.places.files });
  },
};

interface Rendered {
  readonly checked: Checked;
  readonly manifests: Manifests;
}

interface Outcome {
  readonly value: Rendered | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly exitCode: number;
}

async function renderChecked(
  call: Call,
  world: World,
  { checked, diagnostics, places, exitCode }: CheckedCall,
): Promise<Outcome> {
  if (checked === undefined) return { value: undefined, diagnostics, exitCode };
  const platform = renderPlatform(checked.stack, platformOf(call));
  if (platform !== "kubernetes" && platform !== "local") {
    const refused = finding("no-manifests", { argument: "--platform" }, { platform });
    return { value: undefined, diagnostics: [...diagnostics, refused], exitCode: exit.usage };
  }
  const secrets = hasFlag(call, "include-secrets")
    ? await (await import("../secret-values.ts")).secretValues(call, world, checked.stack, places)
    : undefined;
  if (secrets?.diagnostics.some(isError))
    return { value: undefined, diagnostics: [...diagnostics, ...secrets.diagnostics], exitCode: exit.refused };
  const manifestsOf = platform === "local" ? composeManifests : kubernetesManifests;
  const rendered = manifestsOf(call, checked, secrets?.value);
  const all = [...diagnostics, ...(secrets?.diagnostics ?? []), ...rendered.diagnostics];
  if (all.some(isError)) return { value: undefined, diagnostics: all, exitCode: exit.refused };
  return { value: { checked, manifests: rendered.value }, diagnostics: all, exitCode };
}

async function writeResult(
  call: Call,
  world: World,
  { checked, manifests, inputs }: Rendered & { readonly inputs: readonly string[] },
): Promise<number> {
  const format = flagOf(call, "format") === "json" ? "json" : "yaml";
  const output = flagOf(call, "output");
  if (output !== undefined) {
    const { writeOutput } = await import("../output.ts");
    const hasSecrets = hasFlag(call, "include-secrets");
    const target = { call, world, output, format, stack: checked.stack.stack, inputs, hasSecrets, manifests } as const;
    const code = await writeOutput(target);
    if (code === exit.ok) sayNeeds(call, world, manifests);
    return code;
  }
  world.out(manifests.text(format));
  sayNeeds(call, world, manifests);
  if (world.outIsTerminal) say(world, call, status.next(manifests.piped));
  return exit.ok;
}

function sayNeeds(call: Call, world: World, { needs }: Manifests): void {
  for (const need of needs) say(world, call, need);
}
