import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { check, formatObjects, render } from "../../src/pipeline.ts";
import { examples, readExample } from "../examples.ts";

const kubectl = process.env.ALIEN_KUBECTL ?? "kubectl";
const kubeconfig = process.env.KUBECONFIG ?? "";
const reason = "KUBECONFIG names no file: point it at a cluster, for example one of `kind`";
const namespace = `alien-render-${process.pid}`;

const run = (words: readonly string[], input?: string): string =>
  execFileSync(kubectl, [...words], { encoding: "utf8", ...(input === undefined ? {} : { input }) });

describe.skipIf(!existsSync(kubeconfig))(`rendered objects on a real API server (else: ${reason})`, () => {
  beforeAll(() => void run(["create", "namespace", namespace]));
  afterAll(() => void run(["delete", "namespace", namespace, "--wait=false"]));

  test.each(examples)("%s is accepted, and what is stored is what was rendered", { timeout: 60_000 }, example => {
    const { value } = check({ files: readExample(example), choose: () => "kubernetes", namespace });
    if (value === undefined) throw new Error("the example is refused");
    const { value: objects } = render(value.stack, { namespace });
    const text = formatObjects(
      objects.map(({ object }) => object),
      "yaml",
    );
    run(["apply", "--server-side", "--field-manager=alien-compile", "-n", namespace, "-f", "-"], text);
    const again = spawnSync(
      kubectl,
      ["diff", "--server-side", "--field-manager=alien-compile", "-n", namespace, "-f", "-"],
      {
        input: text,
        encoding: "utf8",
      },
    );
    expect(again.stdout).toBe("");
    expect(again.status).toBe(0);
    run(["delete", "-n", namespace, "--wait=false", "-f", "-"], text);
  });
});
