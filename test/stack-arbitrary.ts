import fc from "fast-check";

export type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

const id = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,5}([_-][A-Za-z0-9]{1,3})?$/);
/** Ids whose variables differ, too. */
const ids = (options: { minLength: number; maxLength: number }) =>
  fc.uniqueArray(id, { ...options, selector: name => name.toUpperCase().replaceAll("-", "_") });

const word = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
const image = fc.tuple(word, fc.stringMatching(/^v[0-9]{1,3}$/)).map(([name, tag]) => `ghcr.io/acme/${name}:${tag}`);
/** Text of any kind that a variable may have; plain, so that no warning about secrets matters. */
const text = fc.oneof(
  word,
  fc.constantFrom("", "1.10", "true", "null", "~", "a: b", "- x", "# no", "'", '"', "a\nb", "é 😀", "0x1F", " padded "),
  fc.string({ unit: "grapheme", maxLength: 12 }).filter(given => !/[\0\ud800-\udfff]/.test(given)),
);

type Reference = { readonly secret: string };
const referenceTo = (secrets: readonly string[]): fc.Arbitrary<string | Reference> =>
  secrets.length === 0
    ? word
    : fc.oneof(
        word,
        fc.constantFrom(...secrets).map(secret => ({ secret })),
      );

const linkable = (secrets: readonly string[]): fc.Arbitrary<JsonObject> => {
  const field = referenceTo(secrets);
  const bindings = {
    storage: fc.record({ service: fc.constant("s3"), bucketName: field }),
    kv: fc.record(
      { service: fc.constant("redis"), connectionUrl: field, database: fc.nat(255) },
      { requiredKeys: ["service", "connectionUrl"] },
    ),
    queue: fc.record({ service: fc.constant("pubsub"), topic: field, subscription: field }),
    postgres: fc.record({
      service: fc.constant("external"),
      host: field,
      port: fc.integer({ min: 1, max: 65_535 }),
      database: field,
      username: field,
      password: field,
    }),
  };
  const brought = Object.entries(bindings).map(([type, binding]) =>
    fc.oneof(
      binding.map(given => ({ type, binding: given })),
      fc.record({ local: binding, kubernetes: binding }).map(given => ({ type, bindings: given })),
    ),
  );
  const vault = fc
    .uniqueArray(fc.stringMatching(/^[A-Z]{1,6}$/), { minLength: 1, maxLength: 3 })
    .map(keys => ({ type: "vault", keys }));
  return fc.oneof(vault, ...brought) as unknown as fc.Arbitrary<JsonObject>;
};

const source = fc.oneof(
  fc.stringMatching(/^[A-Z]{1,8}$/).map(env => ({ env })),
  word.map(file => ({ file: `./${file}` })),
  fc.record({ env: fc.constant("X"), kubernetes: fc.record({ name: word, key: word }) }),
);

interface Names {
  readonly secrets: readonly string[];
  readonly resources: readonly string[];
  readonly daemons: readonly string[];
  readonly profiles: readonly string[];
}

const daemon = ({ secrets, resources, profiles }: Names): fc.Arbitrary<JsonObject> =>
  fc.record(
    {
      type: fc.constant("daemon"),
      code: image.map(given => ({ type: "image", image: given })),
      environment: fc.dictionary(fc.stringMatching(/^[A-Z_]{1,3}[0-9]?$/), fc.oneof(text, referenceTo(secrets)), {
        maxKeys: 4,
        noNullPrototype: true,
      }),
      links: fc.subarray([...resources]),
      ...(profiles.length === 0 ? {} : { permissions: fc.constantFrom(...profiles) }),
      commandsEnabled: fc.boolean(),
    },
    { requiredKeys: ["type", "code"] },
  ) as unknown as fc.Arbitrary<JsonObject>;

const kubernetes = fc.record(
  {
    namespace: word,
    networkPolicy: fc.boolean(),
    imagePullSecrets: fc.uniqueArray(word, { maxLength: 2 }),
    pod: fc.record(
      {
        nodeSelector: fc.dictionary(word, word, { maxKeys: 2, noNullPrototype: true }),
        terminationGracePeriodSeconds: fc.nat(60),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

const stackOf = (names: Names): fc.Arbitrary<JsonObject> => {
  const { secrets, resources, daemons, profiles } = names;
  const each = (keys: readonly string[], values: fc.Arbitrary<JsonObject>) =>
    fc
      .tuple(...keys.map(() => values))
      .map(given => Object.fromEntries(keys.map((key, index) => [key, given[index] ?? {}])));
  const token = secrets[0];
  return fc
    .record({
      stack: id,
      secrets: each(secrets, source),
      linkables: each(resources, linkable(secrets)),
      running: each(daemons, daemon(names)),
      kubernetes,
      deploymentId: word,
    })
    .map(({ stack, secrets: sources, linkables, running, kubernetes: settings, deploymentId }) => ({
      stack,
      permissions: { profiles: Object.fromEntries(profiles.map(profile => [profile, {}])) },
      secrets: sources,
      resources: { ...linkables, ...running },
      ...(token === undefined
        ? {}
        : { commands: { managerUrl: "https://manager.example/v1", deploymentId, token: { secret: token } } }),
      platforms: { kubernetes: settings },
    })) as unknown as fc.Arbitrary<JsonObject>;
};

/** Documents without an error, as data. */
export const validStacks: fc.Arbitrary<JsonObject> = fc
  .tuple(
    ids({ minLength: 1, maxLength: 3 }),
    ids({ minLength: 2, maxLength: 6 }),
    fc.uniqueArray(id, { maxLength: 2 }),
    fc.nat(),
  )
  .chain(([secrets, all, profiles, seed]) => {
    const count = 1 + (seed % (all.length - 1));
    return stackOf({ secrets, profiles, daemons: all.slice(0, count), resources: all.slice(count) });
  });

/** The same data with the keys of every mapping in another order. */
export function reordered(value: Json, random: (limit: number) => number): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(item => reordered(item, random));
  if (typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, inner]): [string, Json] => [key, reordered(inner, random)]);
  for (let last = entries.length - 1; last > 0; last -= 1) {
    const other = random(last + 1);
    const [a, b] = [entries[last], entries[other]];
    if (a !== undefined && b !== undefined) [entries[last], entries[other]] = [b, a];
  }
  return Object.fromEntries(entries);
}
