import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { docker, hasEngine, liveDocker } from "./docker.ts";
import { buildSleeperImage, sleeperImage as sleeper } from "./local-images.ts";
import { environmentOf, localDocument, openLocalStage } from "./local-stage.ts";

beforeAll(() => {
  if (hasEngine) buildSleeperImage();
});

/** The environment of the daemon's own process, as the kernel has it. */
function environmentInside(container: string): ReadonlyMap<string, string> {
  const encoded = docker("exec", container, "sh", "-c", "base64 /proc/$(pidof sleep)/environ");
  const variables = Buffer.from(encoded, "base64").toString().split("\0").slice(0, -1);
  return new Map(variables.map(text => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]));
}

const large = `${"0123456789abcdé\n".repeat(6_144)}end`;

/** What makes trouble wherever a value is quoted, expanded, split or cut. */
const awkward: Readonly<Record<string, string>> = {
  EMPTY: "",
  QUOTES: `'single' "double" \`back\``,
  DOLLAR: "$HOME ${HOME} $(id) $$ %PATH% $(ALIEN_DEPLOYMENT_TYPE) {{.Name}}",
  BACKSLASH: "\\ \\n \\\\ \\u0041 C:\\new\\table",
  LINES: "\nfirst\n\n  third\ttab\r\nlast\n",
  SPACES: "   both ends   ",
  EQUALS: "=a=b==",
  UNICODE: "žluťoučký 漢字 🦊 \u200b\u2028 e\u0301 \ufeff",
  CONTROL: "\u0001\u0007\u001b[31m\u007f",
  YAML: "null",
  NUMBER: "1e3",
  HASH: "a # no comment",
  JSON_TEXT: '{"a":[1,"b"]}',
  LARGE: large,
};
const { EMPTY: _, ...secretly } = awkward;

const entries = (values: Readonly<Record<string, string>>, prefix: string): readonly string[] =>
  Object.entries(values).map(([name, value]) => `${prefix}${name}: ${JSON.stringify(value)}`);

describe.skipIf(!hasEngine)(liveDocker("what a daemon is given"), { timeout: 120_000 }, () => {
  test("arrives byte for byte, plain and secret, from every source", async ({ onTestFinished }) => {
    const stage = openLocalStage("given", onTestFinished);
    const names = Object.keys(secretly);
    mkdirSync(join(stage.workplace.directory, "values"));
    for (const [name, value] of Object.entries(secretly)) stage.workplace.write(`values/${name}`, value);
    const fromLines = { QUOTED: `"it's" $\{X} \\n = # `, PADDED: "  two  ", PLAIN: "a=b" };
    stage.workplace.write(
      "secrets.txt",
      `# a comment\n\nexport QUOTED='${fromLines.QUOTED}'\nPADDED="${fromLines.PADDED}"\nPLAIN=${fromLines.PLAIN}\n`,
    );
    const sources = [
      ...names.flatMap(name => [`  env-${name}: { env: GIVEN_${name} }`, `  file-${name}: { file: values/${name} }`]),
      ...Object.keys(fromLines).map(name => `  line-${name}: { env: ${name} }`),
    ];
    const references = [
      ...names.flatMap(name => [`ENV_${name}: { secret: env-${name} }`, `FILE_${name}: { secret: file-${name} }`]),
      ...Object.keys(fromLines).map(name => `LINE_${name}: { secret: line-${name} }`),
    ];
    const environment = [...entries(awkward, "PLAIN_"), ...references];
    const given = Object.fromEntries(Object.entries(secretly).map(([name, value]) => [`GIVEN_${name}`, value]));
    await stage.deploy(
      localDocument(stage.stack, {
        daemons: { agent: { image: sleeper, environment } },
        lines: ["secrets:", ...sources],
      }),
      "--secrets-file secrets.txt",
      { environment: given },
    );

    const prefixed = (prefix: string, values: Readonly<Record<string, string>>) =>
      Object.entries(values).map(([name, value]) => [`${prefix}_${name}`, value] as const);
    // A file ends with a newline that is none of its value.
    const fileValues = Object.fromEntries(
      Object.entries(secretly).map(([name, value]) => [name, value.replace(/\r?\n$/, "")]),
    );
    const wanted = new Map([
      ...prefixed("PLAIN", awkward),
      ...prefixed("ENV", secretly),
      ...prefixed("FILE", fileValues),
      ...prefixed("LINE", fromLines),
      ["ALIEN_DEPLOYMENT_TYPE", "local"],
      ["FROM_IMAGE", "kept as it is"],
    ]);
    const container = stage.containerOf("agent");
    for (const found of [environmentOf(container), environmentInside(container)]) {
      const others = ["PATH", "HOSTNAME", "HOME", "SCRIPT"];
      const values = [...found].filter(([name]) => !others.includes(name));
      expect(values.map(([name]) => name).sort()).toEqual([...wanted.keys()].sort());
      expect(values.filter(([name, value]) => wanted.get(name) !== value)).toEqual([]);
    }
  });

  test("has every binding as exact JSON, and what commands take", async ({ onTestFinished }) => {
    const stage = openLocalStage("bound", onTestFinished);
    const password = `p"a's\\s\n$\{X} é🦊 `;
    const resources = [
      'events: { type: queue, binding: { service: sqs, queueUrl: "https://sqs.acme.dev/1?a=b&c=\\"d\\"" } }',
      "db-main:",
      "  type: postgres",
      "  binding: { service: external, host: db.acme.dev, port: 5432, database: acme, username: acme, password: { secret: pass } }",
      "files: { type: storage }",
      "cache: { type: kv }",
      "jobs: { type: queue }",
      "keys_1: { type: vault }",
    ];
    const document = localDocument(stage.stack, {
      daemons: {
        agent: {
          image: sleeper,
          lines: ["links: [events, db-main, files, cache, jobs, keys_1]", "commandsEnabled: true"],
        },
        other: { image: sleeper, lines: ["links: [files]"] },
      },
      resources,
      lines: [
        "secrets: { pass: { env: PASS }, token: { env: TOKEN } }",
        "commands: { managerUrl: https://manager.acme.dev/v1, deploymentId: dep_1, token: { secret: token } }",
      ],
    });
    await stage.deploy(document, "", { environment: { PASS: password, TOKEN: " t'o\"k\n" } });
    const database = { host: "db.acme.dev", port: 5432, database: "acme", username: "acme", password };
    const bindings = {
      ALIEN_EVENTS_BINDING: { service: "sqs", queueUrl: 'https://sqs.acme.dev/1?a=b&c="d"' },
      ALIEN_DB_MAIN_BINDING: { service: "external", ...database },
      ALIEN_FILES_BINDING: { service: "local-storage", storagePath: "file:///var/lib/alien/storage/files/" },
      ALIEN_CACHE_BINDING: { service: "local-kv", dataDir: "/var/lib/alien/kv/cache" },
      ALIEN_JOBS_BINDING: { service: "local-queue", queuePath: "/var/lib/alien/queue/jobs" },
      ALIEN_KEYS_1_BINDING: {
        service: "local-vault",
        vaultName: "keys_1",
        dataDir: "/var/lib/alien/vault/keys_1",
      },
    };
    const inside = environmentInside(stage.containerOf("agent"));
    const wanted = {
      ALIEN_DEPLOYMENT_TYPE: "local",
      ...Object.fromEntries(Object.entries(bindings).map(([name, binding]) => [name, JSON.stringify(binding)])),
      ALIEN_DEPLOYMENT_ID: "dep_1",
      ALIEN_COMMANDS_URL: "https://manager.acme.dev/v1",
      ALIEN_COMMANDS_TOKEN: " t'o\"k\n",
      ALIEN_COMMANDS_TARGET_RESOURCE_ID: "agent",
      ALIEN_COMMANDS_TARGET_RESOURCE_TYPE: "daemon",
    };
    const ours = (found: ReadonlyMap<string, string>) =>
      Object.fromEntries([...found].filter(([name]) => name.startsWith("ALIEN_")));
    expect(ours(inside)).toEqual(wanted);
    expect(ours(environmentOf(stage.containerOf("agent")))).toEqual(wanted);
    // Nothing of it is another daemon's.
    expect(Object.keys(ours(environmentInside(stage.containerOf("other")))).sort()).toEqual([
      "ALIEN_DEPLOYMENT_TYPE",
      "ALIEN_FILES_BINDING",
    ]);
  });
});
