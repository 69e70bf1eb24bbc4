// Builds dist/: everything that is published, bundled, in chunks; with the licences of what is in it and a bill of materials.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build, type Metafile } from "esbuild";

const root = new URL("..", import.meta.url);
const directory = process.argv[2] ?? new URL("dist", root).pathname;
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as { name: string; version: string };

rmSync(directory, { recursive: true, force: true });
mkdirSync(directory, { recursive: true });
const { metafile } = await build({
  absWorkingDir: root.pathname,
  entryPoints: { cli: "src/cli/bin.ts" },
  outdir: directory,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node22",
  minify: true,
  legalComments: "none",
  chunkNames: "[name]-[hash]",
  define: { PACKAGE_VERSION: JSON.stringify(manifest.version) },
  // The build of `yaml` for Node is CommonJS and cannot be shaken; the one for browsers is the same code as modules.
  alias: { yaml: new URL("node_modules/yaml/browser/dist/index.js", root).pathname },
  metafile: true,
});

const packages = bundledPackages(metafile);
writeFileSync(`${directory}/LICENSES.txt`, packages.map(licenceText).join("\n\n"));
writeFileSync(`${directory}/sbom.cdx.json`, `${JSON.stringify(billOfMaterials(), undefined, 2)}\n`);

interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly directory: URL;
}

function bundledPackages({ inputs }: Metafile): readonly Bundled[] {
  // The generated validator carries ajv's runtime with it.
  const paths = [...Object.keys(inputs), "node_modules/ajv/dist/runtime/ucs2length.js"];
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
