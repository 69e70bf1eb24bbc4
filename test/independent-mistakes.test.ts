import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { catalogue, type FindingName, locate } from "../src/diagnostics/index.ts";
import { check } from "../src/pipeline.ts";
import { type Fixture, fixtures, read } from "./diagnostics-fixtures.ts";

type Mapping = { readonly [key: string]: unknown };

/** Pairs where fixing one mistake is what makes the other visible, or where two make no mistake at all. */
const excluded: readonly { readonly pair: readonly [RegExp, RegExp]; readonly reason: string }[] = [
  {
    pair: [/^unused-commands$/, /^commands-incomplete/],
    reason: "the daemon of the other one opts in, so `commands` is used; and it brings what the other one misses",
  },
  {
    pair: [/^commands-incomplete/, /^(bad-format|bad-format--empty-url|unknown-secret--token|commands-incomplete.*)$/],
    reason: "the `commands` of the other one are complete, or lack the same field",
  },
  {
    pair: [/^unused-/, /^(missing-field--type|not-a-choice|bad-id)$/],
    reason: "a resource whose kind is not known may be a daemon that uses anything",
  },
  {
    pair: [/^unused-resource$/, /^wrong-type$/],
    reason: "links that cannot be read may name it; the warning comes once they can",
  },
  {
    pair: [/^unused-secret$/, /^(unknown-field|wrong-type--environment-as-list)$/],
    reason: "an environment that cannot be read may refer to it",
  },
  {
    pair: [/^unused-commands$/, /^(unknown-field--merge-key|wrong-type--boolean)$/],
    reason: "a `commandsEnabled` that cannot be read may use them",
  },
  { pair: [/^no-daemon$/, /./], reason: "the other one declares a daemon" },
  {
    pair: [
      /^(not-a-choice--platform|repeated-item|cloud-platform)$/,
      /^(missing-binding--kubernetes|secret-source(--binding)?|grant-(elsewhere|impossible|needs-keys|other-namespace)|service-out-of-place.*)$/,
    ],
    reason: "which platforms are checked is the other mistake",
  },
];

const mergeable = fixtures.filter(
  fixture =>
    /^AL[234]/.test(catalogue[fixture.finding as FindingName].code) &&
    read(fixture, "alien.yaml") !== undefined &&
    read(fixture, "command.txt") === undefined &&
    read(fixture, "platform.txt") === undefined,
);

const dataOf = (fixture: Fixture): Mapping => parse(read(fixture, "alien.yaml") ?? "", { merge: true }) as Mapping;

const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Two documents as one; undefined where both say something else of the same field. */
function mergeDocuments(a: Mapping, b: Mapping): Mapping | undefined {
  const merged: Record<string, unknown> = { ...a };
  for (const [field, value] of Object.entries(b)) {
    const other = merged[field];
    const both = !Object.hasOwn(merged, field)
      ? value
      : isMapping(other) && isMapping(value)
        ? mergeDocuments(other, value)
        : JSON.stringify(other) === JSON.stringify(value)
          ? value
          : undefined;
    if (both === undefined) return undefined;
    merged[field] = both;
  }
  return merged;
}

function merge(a: Fixture, b: Fixture): Mapping | undefined {
  const [first, second] = [dataOf(a), dataOf(b)];
  const platforms = ["supportedPlatforms", "stack"];
  if ([first, second].some(data => data.stack === undefined) && !(first.stack === "acme" || second.stack === "acme"))
    return undefined;
  const usual: Mapping = { stack: "acme", supportedPlatforms: ["local", "kubernetes"] };
  for (const field of platforms) {
    const [one, other] = [first[field], second[field]].map(given => JSON.stringify(given ?? usual[field]));
    const isUsual = (given: string | undefined): boolean => given === JSON.stringify(usual[field]);
    if (one !== other && !isUsual(one) && !isUsual(other)) return undefined;
  }
  const without = ({ stack: _, supportedPlatforms: __, ...rest }: Mapping): Mapping => rest;
  const body = mergeDocuments(without(first), without(second));
  return body && { ...pickUnusual("stack"), ...pickUnusual("supportedPlatforms"), ...body };

  function pickUnusual(field: string): Mapping {
    const needsStack = field === "stack" && [first, second].some(data => data.stack === undefined);
    if (needsStack) return {};
    const given = [first[field], second[field]].find(
      value => value !== undefined && JSON.stringify(value) !== JSON.stringify(usual[field]),
    );
    return given === undefined ? (field === "stack" ? { stack: "acme" } : {}) : { [field]: given };
  }
}

/** The names of all findings in a document, sorted. */
function findingsIn(data: Mapping): string[] {
  const text = stringify(data, { aliasDuplicateObjects: false });
  const { diagnostics, places } = check({ files: [{ name: "alien.yaml", text, bytesBefore: 0 }] });
  return locate(diagnostics, places)
    .diagnostics.map(({ name, message }) => `${name}: ${message}`)
    .sort();
}

const namesOf = (findings: readonly string[]): string[] => findings.map(line => line.split(":")[0] ?? "");

const isExcluded = (a: Fixture, b: Fixture): boolean =>
  excluded.some(
    ({ pair: [one, other] }) => (one.test(a.name) && other.test(b.name)) || (one.test(b.name) && other.test(a.name)),
  );

const alone = new Map(mergeable.map(fixture => [fixture.name, namesOf(findingsIn(dataOf(fixture)))]));

describe("two independent mistakes are two findings", () => {
  it.each(mergeable)("$name beside every other", fixture => {
    const wrong: unknown[] = [];
    for (const other of mergeable) {
      if (other.name <= fixture.name || isExcluded(fixture, other)) continue;
      const merged = merge(fixture, other);
      if (merged === undefined) continue;
      const found = findingsIn(merged);
      const expected = [...(alone.get(fixture.name) ?? []), ...(alone.get(other.name) ?? [])].sort();
      if (JSON.stringify(namesOf(found)) !== JSON.stringify(expected))
        wrong.push({ with: other.name, expected, found });
    }
    expect(wrong).toEqual([]);
  });

  it("tries most pairs", () => {
    const pairs = mergeable.flatMap(a => mergeable.filter(b => a.name < b.name).map(b => [a, b] as const));
    const tried = pairs.filter(([a, b]) => !isExcluded(a, b) && merge(a, b) !== undefined);
    expect(tried.length / pairs.length).toBeGreaterThan(0.75);
  });

  it.each(excluded)("leaves out only what it has to: $reason", ({ pair: [one, other] }) => {
    const pairs = mergeable.flatMap(a =>
      mergeable.filter(b => one.test(a.name) && other.test(b.name) && a !== b).map(b => [a, b] as const),
    );
    const needless = [one, other].flatMap((pattern, side) =>
      mergeable
        .filter(({ name }) => pattern.test(name))
        .filter(fixture => pairs.some(pair => pair[side] === fixture))
        .filter(fixture => pairs.filter(pair => pair[side] === fixture).every(([a, b]) => isUnion(a, b)))
        .map(({ name }) => name),
    );
    expect(needless).toEqual([]);
  });

  it.each(["AL2", "AL3", "AL4"])("all mistakes of band %s in one document", band => {
    const taken: Fixture[] = [];
    let document: Mapping = { stack: "acme" };
    for (const fixture of mergeable.filter(({ finding }) => catalogue[finding as FindingName].code.startsWith(band))) {
      const { supportedPlatforms, stack, ...data } = dataOf(fixture);
      const merged = mergeDocuments(document, data);
      const isNeutral = supportedPlatforms === undefined && stack === "acme";
      if (!isNeutral || merged === undefined || taken.some(other => isExcluded(fixture, other))) continue;
      document = merged;
      taken.push(fixture);
    }
    expect(taken.length).toBeGreaterThan(10);
    const expected = taken.flatMap(({ name }) => alone.get(name) ?? []).sort();
    expect(namesOf(findingsIn(document))).toEqual(expected);
  });

  it("seven mistakes in seven sections of one document", () => {
    const text = `
stack: acme.dev
supportedPlatforms: [local, kubernetes, aws]
permissions:
  profiles:
    execution:
      credentials: [vault/data-raed]
secrets:
  db-password: { env: DB_PASSWORD, file: ./db-password.txt }
resources:
  credentials: { type: vault, keys: [API_KEY] }
  connector:
    type: daemon
    code: { type: image, image: ghcr.io/Acme/connector:v1 }
    environment:
      DB_PASSWORD: { secret: db-password }
    links: [credentials]
    permissions: execution
    commandsEnabled: true
commands:
  managerUrl: manager.acme.dev
  deploymentId: dep_acme
  token: { secret: commands-token }
platforms:
  kubernetes:
    namespace: acme
`;
    const { diagnostics, places } = check({ files: [{ name: "alien.yaml", text, bytesBefore: 0 }] });
    const found = locate(diagnostics, places).diagnostics.map(({ code, range }) => [code, range?.start.line]);
    expect(found).toEqual([
      ["AL2006", 2],
      ["AL4001", 3],
      ["AL3007", 7],
      ["AL2011", 9],
      ["AL3013", 14],
      ["AL2006", 21],
      ["AL3006", 23],
    ]);
  });
});

function isUnion(a: Fixture, b: Fixture): boolean {
  const merged = merge(a, b);
  const expected = [...(alone.get(a.name) ?? []), ...(alone.get(b.name) ?? [])].sort();
  return merged === undefined || JSON.stringify(namesOf(findingsIn(merged))) === JSON.stringify(expected);
}
