import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { isError } from "../../src/diagnostics/index.ts";
import type { EnvironmentVariable, SecretIr, StackIr } from "../../src/ir/index.ts";
import { check, formatCompose, renderCompose } from "../../src/pipeline.ts";
import type { ComposeFile } from "../../src/render/index.ts";
import { localStack } from "../../src/render/index.ts";
import { type JsonObject, reordered, validStacks } from "../stack-arbitrary.ts";
import { composeErrors } from "./compose-schema.ts";
import { bindingIr, daemonIr, link, secretIr, stackIr, text, variable } from "./stack-ir.ts";

const onLocal = (environment: readonly EnvironmentVariable[], id = "connector") => ({
  ...daemonIr(id),
  environment: { local: environment, kubernetes: [] },
});

const secrets: readonly SecretIr[] = [
  secretIr("from-env", { env: "PASSWORD" }),
  secretIr("from-file", { file: "token.txt" }),
];
const secretVariable = (name: string, secret: string) => variable(name, { kind: "secret", secret });
const login = bindingIr("external", { host: "db", port: 5432, password: { secret: "from-env" } });

const stackWith = (environment: readonly EnvironmentVariable[], more: Partial<Pick<StackIr, "local">> = {}) =>
  stackIr({ secrets, daemons: [onLocal(environment)], ...more });

function service(file: ComposeFile, id = "connector") {
  const found = file.services[id];
  if (found === undefined) throw new Error(`no service ${id}`);
  return found;
}

const names = ({ diagnostics }: ReturnType<typeof renderCompose>) => diagnostics.map(({ name, at }) => ({ name, at }));

/** What Compose makes of a text: `$$` is `$`, `${NAME:?why}` the variable's value. */
const interpolate = (text: string, environment: ReadonlyMap<string, string>): string =>
  text.replaceAll(/\$(\$|\{(\w+):\?[^}]*\})?/g, (found, escaped: string | undefined, name: string | undefined) => {
    if (escaped === "$") return "$";
    const value = name === undefined ? undefined : environment.get(name);
    if (!value) throw new Error(`Compose refuses ${found}`);
    return value;
  });

/** A stack as a document, compiled for Local. */
function compiled(document: JsonObject): StackIr {
  const files = [{ name: "alien.yaml", text: JSON.stringify(document), bytesBefore: 0 }];
  const { value, diagnostics } = check({ files, choose: () => "local" });
  expect(diagnostics.filter(isError)).toEqual([]);
  if (value === undefined) throw new Error("refused without a finding");
  return value.stack;
}

const withFiles = (local: StackIr["local"] = {}) => {
  const document = {
    stack: "acme",
    resources: {
      files: { type: "storage" },
      unused: { type: "kv" },
      connector: { type: "daemon", code: { type: "image", image: "busybox:1.36" }, links: ["files"] },
      importer: { type: "daemon", code: { type: "image", image: "busybox:1.36" }, links: ["files"] },
    },
    platforms: { local: { ...local } },
  };
  return compiled(document);
};

test("a complete stack", () => {
  const { value } = renderCompose(withFiles());
  expect(formatCompose(value.file, "yaml", "acme")).toMatchInlineSnapshot(`
    "# made by alien-compile from stack acme; do not edit
    name: acme
    services:
      connector:
        image: busybox:1.36
        container_name: acme-connector
        environment:
          ALIEN_DEPLOYMENT_TYPE: local
          ALIEN_FILES_BINDING: '{"service":"local-storage","storagePath":"file:///var/lib/alien/storage/files/"}'
        volumes:
        - type: volume
          source: acme-storage-files
          target: "/var/lib/alien/storage/files"
        extra_hosts:
        - host.docker.internal:host-gateway
        init: true
        restart: unless-stopped
        stop_grace_period: "30s"
        security_opt:
        - no-new-privileges
        logging:
          driver: json-file
          options:
            max-size: "10m"
            max-file: "3"
      importer:
        image: busybox:1.36
        container_name: acme-importer
        environment:
          ALIEN_DEPLOYMENT_TYPE: local
          ALIEN_FILES_BINDING: '{"service":"local-storage","storagePath":"file:///var/lib/alien/storage/files/"}'
        volumes:
        - type: volume
          source: acme-storage-files
          target: "/var/lib/alien/storage/files"
        extra_hosts:
        - host.docker.internal:host-gateway
        init: true
        restart: unless-stopped
        stop_grace_period: "30s"
        security_opt:
        - no-new-privileges
        logging:
          driver: json-file
          options:
            max-size: "10m"
            max-file: "3"
    networks:
      default:
        driver: bridge
        driver_opts:
          com.docker.network.bridge.enable_icc: "false"
    volumes:
      acme-storage-files:
        name: acme-storage-files
    "
  `);
  expect(composeErrors(value.file)).toEqual([]);
});

describe("a text", () => {
  test("reaches the process exactly, whatever it holds", () => {
    const hostile = fc.string({ unit: fc.constantFrom("$", "{", "}", ":", "?", "A", '"', "'", "\\", "\n", "é", "😀") });
    const property = fc.property(hostile, given => {
      const { file } = renderCompose(stackWith([text("TEXT", given)])).value;
      const read = parse(formatCompose(file, "yaml", "acme"), { maxAliasCount: 0 }) as ComposeFile;
      expect(interpolate(service(read).environment.TEXT ?? "", new Map())).toBe(given);
    });
    fc.assert(property, { numRuns: 500 });
  });

  test("of 100 KB is whole", () => {
    const long = `${"$é\n".repeat(25_000)}`;
    const { file } = renderCompose(stackWith([text("LONG", long)])).value;
    expect(interpolate(service(file).environment.LONG ?? "", new Map())).toBe(long);
  });
});

describe("a secret", () => {
  test("from the environment is left to Compose, which refuses to start without it", () => {
    const rendered = renderCompose(stackWith([secretVariable("DB", "from-env"), secretVariable("AGAIN", "from-env")]));
    expect(service(rendered.value.file).environment).toEqual({
      DB: "${PASSWORD:?it holds the secret from-env}",
      AGAIN: "${PASSWORD:?it holds the secret from-env}",
    });
    expect(rendered.value.variables).toEqual(["PASSWORD"]);
    expect(rendered.diagnostics).toEqual([]);
  });

  test("from a file is a finding, once", () => {
    const environment = [secretVariable("A", "from-file"), secretVariable("B", "from-file")];
    expect(names(renderCompose(stackWith(environment)))).toEqual([
      { name: "file-secret-in-compose", at: { path: "/secrets/from-file/file", on: "value" } },
    ]);
  });

  test("inside a binding is a finding, once", () => {
    const daemons = [onLocal([link("db", login)], "a"), onLocal([link("db", login)], "b")];
    expect(names(renderCompose(stackIr({ secrets, daemons })))).toEqual([
      { name: "binding-secret-in-compose", at: { path: "/resources/db/binding/password", on: "value" } },
    ]);
  });

  test("is written exactly where its value is known", () => {
    const secretValues = new Map([
      ["from-env", 'p"$\\\n'],
      ["from-file", "${x}"],
    ]);
    const environment = [secretVariable("A", "from-env"), secretVariable("B", "from-file"), link("db", login)];
    const { value, diagnostics } = renderCompose(stackWith(environment), { secretValues });
    const written = service(value.file).environment;
    const read = Object.fromEntries(
      Object.entries(written).map(([name, given]) => [name, interpolate(given, new Map())]),
    );
    expect(read).toEqual({
      A: 'p"$\\\n',
      B: "${x}",
      ALIEN_DB_BINDING: '{"service":"external","host":"db","port":5432,"password":"p\\"$\\\\\\n"}',
    });
    expect([diagnostics, value.variables]).toEqual([[], []]);
  });

  test("is a finding once where values are asked for and its own is missing", () => {
    const environment = [secretVariable("A", "from-env"), link("db", login), secretVariable("B", "from-file")];
    expect(names(renderCompose(stackWith(environment), { secretValues: new Map() }))).toEqual([
      { name: "secret-value-missing", at: { path: "/secrets/from-env", on: "key" } },
      { name: "secret-value-missing", at: { path: "/secrets/from-file", on: "key" } },
    ]);
  });
});

describe("names", () => {
  test.each([
    ["acme_1", "acme_1"],
    ["Acme", /^acme-[0-9a-f]{8}$/],
    ["-acme", /^acme-[0-9a-f]{8}$/],
  ])("of the stack %s are a project that Compose takes", (stack, project) => {
    const { file } = renderCompose(stackIr({ stack })).value;
    expect(file.name).toMatch(project);
    expect(composeErrors(file)).toEqual([]);
  });

  test("of containers and volumes are those of `apply`", () => {
    const stack = withFiles();
    const { file } = renderCompose(stack).value;
    const local = localStack(stack);
    expect(Object.values(file.services).map(({ container_name }) => container_name)).toEqual(
      local.daemons.map(({ name }) => name),
    );
    expect(Object.values(file.volumes ?? {}).map(({ name }) => name)).toEqual(local.volumes.map(({ name }) => name));
  });

  test("carry none of our labels, by which `apply` would take them for its own", () => {
    expect(JSON.stringify(renderCompose(withFiles()).value.file)).not.toContain("dev.alien");
  });
});

describe("a volume", () => {
  test("is declared once, and said once to belong to root", () => {
    const rendered = renderCompose(withFiles());
    expect(rendered.value.file.volumes).toEqual({ "acme-storage-files": { name: "acme-storage-files" } });
    expect(names(rendered)).toEqual([{ name: "volume-of-root", at: { path: "/resources/files", on: "key" } }]);
  });
});

describe("the network", () => {
  test("is the project's own, where no container reaches another", () => {
    expect(renderCompose(stackIr()).value.file.networks).toEqual({
      default: { driver: "bridge", driver_opts: { "com.docker.network.bridge.enable_icc": "false" } },
    });
  });

  test("that the document names is joined, and not made", () => {
    const { file } = renderCompose(stackIr({ local: { network: "back$end" } })).value;
    expect(file.networks).toEqual({ default: { name: "back$$end", external: true } });
    expect(composeErrors(file)).toEqual([]);
  });

  test.each(["bridge", "host", "none"])("of the engine's own, %s, is a network mode", network => {
    const { file } = renderCompose(stackIr({ local: { network } })).value;
    expect([file.networks, service(file).network_mode]).toEqual([undefined, network]);
    expect(composeErrors(file)).toEqual([]);
  });
});

describe("every stack", () => {
  const valuesOf = (stack: StackIr) => new Map(stack.secrets.map(({ name }) => [name, `$ "${name}"\n`]));

  test("has a file that the specification's schema takes, with values of secrets and without", () => {
    const property = fc.property(validStacks, document => {
      const stack = compiled(document);
      const whole = renderCompose(stack, { secretValues: valuesOf(stack) });
      expect(whole.diagnostics.filter(isError)).toEqual([]);
      expect(composeErrors(whole.value.file)).toEqual([]);
      expect(composeErrors(renderCompose(stack).value.file)).toEqual([]);
    });
    fc.assert(property, { numRuns: 200 });
  });

  test("has the environment that `apply` gives its containers", () => {
    const property = fc.property(validStacks, document => {
      const stack = compiled(document);
      const values = valuesOf(stack);
      const { file } = renderCompose(stack, { secretValues: values }).value;
      for (const { id, environment } of localStack(stack).daemons) {
        const planned = environment.map(({ name, text }) => [name, text(secret => values.get(secret) ?? "")]);
        const written = Object.entries(service(file, id).environment);
        expect(written.map(([name, given]) => [name, interpolate(given, new Map())])).toEqual(planned);
      }
    });
    fc.assert(property, { numRuns: 200 });
  });

  test("has the same bytes whatever the order of its document", () => {
    const property = fc.property(validStacks, fc.infiniteStream(fc.nat()), (document, random) => {
      const other = reordered(document, limit => (random.next().value ?? 0) % limit) as JsonObject;
      const textOf = (given: JsonObject) =>
        formatCompose(renderCompose(compiled(given)).value.file, "yaml", String(given.stack));
      expect(textOf(other)).toBe(textOf(document));
    });
    fc.assert(property, { numRuns: 200 });
  });
});

describe("formatCompose", () => {
  const { file } = renderCompose(stackIr()).value;

  test("as YAML begins with our mark, as JSON it is the file", () => {
    expect(formatCompose(file, "yaml", "acme").split("\n").slice(0, 2)).toEqual([
      "# made by alien-compile from stack acme; do not edit",
      "name: acme",
    ]);
    expect(JSON.parse(formatCompose(file, "json", "acme"))).toEqual(file);
  });
});
