// Builds dist/: everything that is published, bundled; with the licences of what is in it and a bill of materials.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";

const root = new URL("..", import.meta.url);
const directory = process.argv[2] ?? new URL("dist", root).pathname;
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as { name: string; version: string };

/** Leaves out what no render needs: the other commands, and what stacks run on. Their calls are given the other file. */
const onlyRender: Plugin = {
  name: "only-render",
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\// }, ({ kind, path, importer }) =>
      kind === "dynamic-import" && /\/src\/(?:cli\/verbs\/index|pipeline)\.ts$/.test(importer)
        ? { path, external: true }
        : undefined,
    );
  },
};

/** What is said when something went wrong is no part of what every call loads. */
const lastWordsApart: Plugin = {
  name: "last-words-apart",
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\/last-words\.ts$/ }, () => ({ path: "./last-words.js", external: true }));
  },
};

const builtins = new RegExp(`^(?:node:)?(?:${builtinModules.join("|")})$`);

/** Importing a module of Node's looks at all its exports, which loads Node's streams and more; asking for it does not. */
const askForBuiltins: Plugin = {
  name: "ask-for-builtins",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: builtins }, ({ path }) => ({ path, namespace: "builtin" }));
    onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
    }));
  },
};

/**
 * What the clients of the engines import and never use: of the cluster client all but its configuration, nine tenths of
 * it; of the Docker client SSH, its log, BuildKit's sessions and build contexts, with the native modules behind them.
 */
const unused: readonly { readonly by: string; readonly what: RegExp }[] = [
  { by: "/@kubernetes/client-node/", what: /^(?:\.\/gen\/index\.js|undici)$/ },
  { by: "/dockerode/", what: /^(?:\.\/(?:session|buildkit)|tar-fs|@balena\/dockerignore)$/ },
  { by: "/docker-modem/", what: /^(?:\.\/ssh|\.\/http|\.\/http_duplex|split-ca|debug)$/ },
];

/** In place of a log that nobody reads. */
const silence = "() => () => undefined";

const leaveOut: Plugin = {
  name: "leave-out",
  setup: ({ onResolve, onLoad }) => {
    for (const { by, what } of unused) {
      onResolve({ filter: what }, ({ path, importer }) =>
        importer.includes(by) ? { path, namespace: "left-out" } : undefined,
      );
    }
    onLoad({ filter: /.*/, namespace: "left-out" }, ({ path }) => ({
      contents: `module.exports = ${path === "debug" ? silence : `new Proxy({}, { get: () => class { constructor() { throw new Error(${JSON.stringify(`${path} was left out`)}); } } })`};`,
    }));
  },
};

const shared: BuildOptions = {
  absWorkingDir: root.pathname,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node22",
  minify: true,
  legalComments: "none",
  define: { PACKAGE_VERSION: JSON.stringify(manifest.version) },
  // The build of `yaml` for Node is CommonJS and cannot be shaken; the one for browsers is the same code as modules.
  alias: { yaml: new URL("node_modules/yaml/browser/dist/index.js", root).pathname },
  outdir: directory,
};

rmSync(directory, { recursive: true, force: true });
mkdirSync(directory, { recursive: true });
/** The commands, but for `render`. */
const otherVerbs = readdirSync(new URL("src/cli/verbs", root))
  .map(file => file.replace(/\.ts$/, ""))
  .filter(name => name !== "index" && name !== "render");

// Every call runs `cli` and one of the scripts: each further file costs a cold start half a millisecond.
const [main, whole] = [await buildScript("main", [onlyRender]), await buildScript("whole", [leaveOut])];
const metafiles = [main.metafile, whole.metafile, await buildModule("last-words"), await buildModule("bin", "cli")];

/** Scripts can be run from a code cache, modules cannot. */
async function buildScript(name: string, plugins: readonly Plugin[]) {
  const { metafile } = await build({
    ...shared,
    metafile: true,
    format: "cjs",
    entryPoints: { [name]: "src/cli/entry.ts" },
    outExtension: { ".js": ".cjs" },
    plugins: [...plugins, askForBuiltins],
  });
  const text = readFileSync(`${directory}/${name}.cjs`, "utf8");
  if (/[^\0-\x7f]/.test(text)) throw new Error(`${name}.cjs: one letter outside of ASCII doubles what V8 has to read`);
  return { metafile, content: createHash("sha256").update(text).digest("hex").slice(0, 16) };
}

async function buildModule(source: string, name = source): Promise<Metafile> {
  const { metafile } = await build({
    ...shared,
    metafile: true,
    define: {
      ...shared.define,
      BUILDS: JSON.stringify({ main: main.content, whole: whole.content }),
      OTHER_VERBS: JSON.stringify(otherVerbs),
    },
    entryPoints: { [name]: `src/cli/${source}.ts` },
    plugins: [lastWordsApart, askForBuiltins],
  });
  return metafile;
}

const packages = bundledPackages(metafiles.flatMap(({ inputs }) => Object.keys(inputs)));
writeFileSync(`${directory}/LICENSES.txt`, packages.map(licenceText).join("\n\n"));
writeFileSync(`${directory}/sbom.cdx.json`, `${JSON.stringify(billOfMaterials(), undefined, 2)}\n`);

interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly directory: URL;
}

function bundledPackages(inputs: readonly string[]): readonly Bundled[] {
  // The generated validator carries ajv's runtime with it.
  const paths = [...inputs, "node_modules/ajv/dist/runtime/ucs2length.js"];
  const names = new Set(
    paths.flatMap(path => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(path)?.[1] ?? []),
  );
  return [...names].sort().map(name => {
    const folder = new URL(`node_modules/${name}/`, root);
    const { version, license } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8")) as Bundled;
    return { name, version, license, directory: folder };
  });
}

function licenceText({ name, version, license, directory: folder }: Bundled): string {
  const file = readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? license : readFileSync(new URL(file, folder), "utf8").trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
}

function billOfMaterials() {
  const component = ({ name, version, license }: Bundled) => ({
    type: "library",
    name,
    version,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    licenses: [{ license: { id: license } }],
  });
  const { name, version } = manifest;
  const metadata = { component: { type: "application", name, version, licenses: [{ license: { id: "Apache-2.0" } }] } };
  return { bomFormat: "CycloneDX", specVersion: "1.6", version: 1, metadata, components: packages.map(component) };
}
