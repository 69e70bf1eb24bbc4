import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { check, formatCompose, renderCompose, type StackIr } from "../../src/pipeline.ts";
import { localStack } from "../../src/render/index.ts";
import { docker, stackName } from "../live/docker.ts";
import { buildScriptImage, scriptImage, stays } from "../live/stage.ts";
import { validStacks } from "../stack-arbitrary.ts";
import { until } from "../targets/until.ts";
import { compose, composeEngineMissing, composeMissing } from "./docker-compose.ts";
import { daemonIr, stackIr, text } from "./stack-ir.ts";
import { sampleStrings } from "./yaml-samples.ts";

const because = (reason: string | undefined): string => (reason === undefined ? "" : ` (skipped: ${reason})`);

function compiled(document: object): StackIr {
  const files = [{ name: "alien.yaml", text: JSON.stringify(document), bytesBefore: 0 }];
  const { value } = check({ files, choose: () => "local" });
  if (value === undefined) throw new Error("refused");
  return value.stack;
}

/** What `docker compose config` says of a service's environment; it doubles `$` again. */
async function readEnvironment(input: string, service: string): Promise<Record<string, string>> {
  const { services } = JSON.parse(await compose(["config", "--format", "json"], { input }));
  const entries = Object.entries(services[service].environment as Record<string, string>);
  return Object.fromEntries(entries.map(([name, value]) => [name, value.replaceAll("$$", "$")]));
}

describe.skipIf(composeMissing !== undefined)(`docker compose config${because(composeMissing)}`, () => {
  const seed = Number(process.env.ALIEN_FUZZ_SEED ?? Date.now() % 2 ** 31);

  test("reads every text back as it was", { timeout: 120_000 }, async () => {
    console.info(`ALIEN_FUZZ_SEED=${seed}`);
    const samples = sampleStrings(5000, seed).filter(sample => !/\0|\p{Cs}/u.test(sample));
    const texts = [...samples, "$é\"'\n".repeat(18_000)].map((sample, index) => text(`T${index}`, sample));
    const daemon = { ...daemonIr("agent"), environment: { local: texts, kubernetes: [] } };
    const { file } = renderCompose(stackIr({ daemons: [daemon] })).value;
    const planned = localStack(stackIr({ daemons: [daemon] })).daemons[0]?.environment ?? [];
    const wanted = Object.fromEntries(planned.map(variable => [variable.name, variable.text(() => "")]));
    for (const format of ["yaml", "json"] as const) {
      expect(await readEnvironment(formatCompose(file, format, "acme"), "agent")).toEqual(wanted);
    }
  });

  test("takes every stack", { timeout: 120_000 }, async () => {
    for (const document of fc.sample(validStacks, { numRuns: 15, seed })) {
      const stack = compiled(document);
      const secretValues = new Map(stack.secrets.map(({ name }) => [name, `$ "${name}"\n`]));
      const { file } = renderCompose(stack, { secretValues }).value;
      const read = JSON.parse(
        await compose(["config", "--format", "json"], { input: formatCompose(file, "yaml", "a") }),
      );
      expect(Object.keys(read.services).sort()).toEqual(stack.daemons.map(({ id }) => id).sort());
    }
  });
});

describe.skipIf(composeEngineMissing !== undefined)(`docker compose up${because(composeEngineMissing)}`, () => {
  const stack = stackName("alien-compose");
  const long = `"'\\\n$é😀`.repeat(8_000);
  const password = `p"'\\ $x \${y} $$ é😀\n`;
  const serving = "echo here > /tmp/index.html; httpd -f -p 8080 -h /tmp";
  const agent = (environment: object, links: readonly string[] = []) => ({
    type: "daemon",
    code: { type: "image", image: scriptImage },
    environment,
    links,
  });
  const document = {
    stack,
    secrets: { password: { env: "ALIEN_TEST_PASSWORD" } },
    resources: {
      files: { type: "storage" },
      agent: agent({ SCRIPT: stays, LONG: long, EMPTY: "", ODD: " a: b # c\n$$ ", PASSWORD: { secret: "password" } }, [
        "files",
      ]),
      server: agent({ SCRIPT: serving }),
    },
  };
  const rendered = () => renderCompose(compiled(document)).value.file;
  const call = () => ({
    input: formatCompose(rendered(), "yaml", stack),
    variables: { ALIEN_TEST_PASSWORD: password },
  });
  const daemons = () => localStack(compiled(document)).daemons;
  const inspect = (name: string) => JSON.parse(docker("inspect", name))[0];

  beforeAll(async () => {
    buildScriptImage();
    await compose(["up", "-d"], call());
  }, 120_000);
  afterAll(() => compose(["down", "-v", "--timeout", "1"], call()), 120_000);

  test("gives a process the environment as it is planned, byte for byte", () => {
    for (const { name, environment } of daemons()) {
      const planned = environment.map(variable => `${variable.name}=${variable.text(() => password)}`);
      const read = docker("exec", name, "cat", "/proc/1/environ").split("\0");
      expect(read.filter(line => !/^(?:PATH|HOSTNAME|HOME|)(?:=|$)/.test(line)).sort()).toEqual(planned.sort());
    }
  });

  test("mounts the volumes that are planned", () => {
    for (const { name, mounts } of daemons()) {
      const read = (inspect(name).Mounts as { Type: string; Name: string; Destination: string; RW: boolean }[]).map(
        ({ Type: type, Name: volume, Destination: target, RW: writable }) => ({ type, volume, target, writable }),
      );
      const planned = mounts.map(({ volume, target }) => ({ type: "volume", volume, target, writable: true }));
      expect(read).toEqual(planned);
    }
  });

  test("makes a container as `apply` does", () => {
    for (const { name } of daemons()) {
      const { HostConfig: host, Config: config } = inspect(name);
      expect(host).toMatchObject({
        Init: true,
        RestartPolicy: { Name: "unless-stopped" },
        SecurityOpt: ["no-new-privileges"],
        ExtraHosts: ["host.docker.internal:host-gateway"],
        LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "3" } },
        PortBindings: {},
        Privileged: false,
      });
      expect(config.StopTimeout).toBe(30);
      expect(Object.keys(config.Labels).filter(label => label.startsWith("dev.alien."))).toEqual([]);
    }
  });

  test("keeps daemons from reaching each other", async () => {
    const [own = ""] = Object.keys(inspect(`${stack}-agent`).NetworkSettings.Networks);
    expect(JSON.parse(docker("network", "inspect", own))[0].Options).toEqual({
      "com.docker.network.bridge.enable_icc": "false",
    });
    const request = (address: string) =>
      `printf "GET / HTTP/1.0\\r\\n\\r\\n" | nc -w 2 ${address} 8080 || echo unreachable`;
    const answer = (address: string, from: string) => docker("exec", `${stack}-${from}`, "sh", "-c", request(address));
    const address = inspect(`${stack}-server`).NetworkSettings.Networks[own].IPAddress as string;
    await until(() => answer(address, "server").endsWith("here"), 20_000);
    expect(answer(address, "agent")).toMatch(/unreachable$/);
  });

  test("changes nothing the second time", async () => {
    const before = daemons().map(({ name }) => inspect(name).Id);
    await compose(["up", "-d"], call());
    expect(daemons().map(({ name }) => inspect(name).Id)).toEqual(before);
  });

  test("says which variable of a secret is missing, and why it is needed", async () => {
    const { input } = call();
    await expect(compose(["up", "-d"], { input })).rejects.toThrow(
      /ALIEN_TEST_PASSWORD is missing a value: it holds the secret password/,
    );
  });
});
