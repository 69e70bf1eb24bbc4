import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const src = join(import.meta.dirname, "../src");

/** Who may import whom. What is not here may not be imported. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  diagnostics: [],
  ir: ["diagnostics"],
  source: ["diagnostics"],
  schema: ["diagnostics", "source"],
  exchange: ["diagnostics", "schema"],
  compile: ["diagnostics", "schema", "ir"],
  preflight: ["diagnostics", "ir"],
  render: ["diagnostics", "ir"],
  state: ["diagnostics", "ir"],
  targets: ["diagnostics", "ir", "state"],
  "targets/kubernetes": ["diagnostics", "ir", "state", "targets", "render"],
  "targets/local": ["diagnostics", "ir", "state", "targets", "render"],
  "pipeline.ts": [
    "diagnostics",
    "ir",
    "source",
    "schema",
    "exchange",
    "compile",
    "preflight",
    "render",
    "state",
    "targets",
    "targets/kubernetes",
    "targets/local",
  ],
  cli: ["pipeline.ts", "diagnostics", "state"],
};

/** Doors beside a room's `index.ts`: what is loaded only when something is said. */
const lazyDoors = ["diagnostics/reporters/index.ts", "diagnostics/explain.ts", "diagnostics/catalogue/help.ts"];

/** What touches the machine: the shells, and the clients of each engine. */
const outside =
  /^cli\/|^targets\/\w+\/(?:api\/)?((registry-|reading-)?client|credentials|kubeconfig|contexts)\.ts$|^targets\/local\/record\/(state-files|file-lock|make-directory)\.ts$/;

const files = (readdirSync(src, { recursive: true }) as string[])
  .filter(name => name.endsWith(".ts") && !name.includes("generated"))
  .sort();
const text = (file: string): string => readFileSync(join(src, file), "utf8");
const roomOf = (file: string): string =>
  /^targets\/\w+\/(?:api\/)?/.test(file) ? file.split("/").slice(0, 2).join("/") : (file.split("/")[0] ?? "");

interface Import {
  readonly file: string;
  readonly target: string;
}

/** Every import of a file, types too, static and dynamic. */
function importsOf(file: string): readonly Import[] {
  const found = text(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g);
  return [...found].flatMap(([, specifier = ""]) => {
    const target = specifier.startsWith(".") ? relative(src, resolve(src, dirname(file), specifier)) : specifier;
    return [{ file, target }];
  });
}

const imports = files.flatMap(importsOf);
const inside = imports.filter(({ target }) => !target.startsWith("..") && target.endsWith(".ts"));
const show = ({ file, target }: Import): string => `${file} → ${target}`;

describe("imports", () => {
  test("every room is in the table", () => {
    expect([...new Set(files.map(roomOf))].sort()).toEqual(Object.keys(rooms).sort());
  });

  test("go one way", () => {
    const wrong = inside.filter(({ file, target }) => {
      const [from, to] = [roomOf(file), roomOf(target)];
      return from !== to && !rooms[from]?.includes(to);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  test("go through a door", () => {
    const around = inside.filter(({ file, target }) => {
      const door = target === `${roomOf(target)}/index.ts` || target === "pipeline.ts" || lazyDoors.includes(target);
      return roomOf(file) !== roomOf(target) && !door;
    });
    expect(around.map(show)).toEqual([]);
  });

  test.each([
    ["yaml", /^source\//],
    ["js-yaml", /^targets\/kubernetes\/api\/credentials\.ts$/],
    ["fastest-levenshtein", /^diagnostics\/suggest\.ts$/],
    ["@noble/hashes", /^(render\/kubernetes|targets)\//],
    ["ajv", /^$/],
    ["dockerode", /^targets\/local\/api\/client\.ts$/],
    ["tar-stream", /^targets\/local\/vault\//],
    ["@kubernetes/client-node", /^targets\/kubernetes\/api\/kubeconfig\.ts$/],
  ])("of %s stand where it belongs", (library, place) => {
    const outside = imports.filter(
      ({ file, target }) => (target === library || target.startsWith(`${library}/`)) && !place.test(file),
    );
    expect(outside.map(show)).toEqual([]);
  });

  test("of Node are in the shells and the clients only", () => {
    expect(imports.filter(({ file, target }) => target.startsWith("node:") && !outside.test(file)).map(show)).toEqual(
      [],
    );
  });
});

describe("the pure rooms", () => {
  test("touch neither the process nor the clock nor chance", () => {
    const impure =
      /\b(process|console|globalThis)\.\w|\bDate\.now|new Date\(\)|Math\.random|performance\.now|\bset(Timeout|Interval|Immediate)\(|\bfetch\(/;
    const found = files.filter(file => !outside.test(file) && impure.test(text(file)));
    expect(found).toEqual([]);
  });

  test("throw for nobody's mistake but ours", () => {
    const throwing = files.filter(file => !/^(cli|targets)\//.test(file) && /\bthrow new /.test(text(file)));
    expect(throwing).toEqual([
      "render/kubernetes/context.ts",
      "render/kubernetes/deployment.ts",
      "render/local/stack.ts",
      "render/yaml-writer.ts",
    ]);
  });
});

describe("files", () => {
  test("are named in kebab-case, for what they hold", () => {
    const words = /(^|-)(util|utils|helper|helpers|common|misc|manager|handler|process)(-|\.|$)/;
    const wrong = files.filter(file => {
      const name = file.split("/").at(-1) ?? "";
      return !/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(name) || words.test(name);
    });
    expect(wrong).toEqual([]);
  });

  test("stay small", () => {
    const catalogue = /^diagnostics\/catalogue\//;
    const long = files.filter(
      file => !catalogue.test(file) && file !== "ir/kinds.ts" && text(file).split("\n").length > 220,
    );
    expect(long).toEqual([]);
  });

  test("hold no leftovers", () => {
    const leftover = /\b(TODO|FIXME|XXX)\b|@ts-ignore|@ts-expect-error|: any\b|as any\b|catch\s*(\([^)]*\))?\s*\{\s*\}/;
    expect(files.filter(file => leftover.test(text(file)))).toEqual([]);
  });

  test("keep sentences for people in the catalogue", () => {
    const sentence = /(message|help|label|about|title):\s*["`][a-z]/;
    expect(files.filter(file => !file.startsWith("diagnostics/catalogue/") && sentence.test(text(file)))).toEqual([]);
  });
});

test("the map names every room", () => {
  const map = text("README.md");
  for (const room of Object.keys(rooms)) expect(map).toContain(`\`${room}`);
});
