import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { Document } from "../src/schema/index.ts";

// What the compiler takes and refuses is half of this test: `tsc` fails when an error below is none.

const connector = {
  stack: "acme",
  permissions: { profiles: { execution: { credentials: ["vault/data-read"] } } },
  secrets: { "db-password": { env: "DB_PASSWORD", kubernetes: { name: "db", key: "password" } } },
  resources: {
    credentials: { type: "vault", keys: ["API_KEY"] },
    connector: {
      type: "daemon",
      code: { type: "image", image: "ghcr.io/acme/connector:v1" },
      environment: { LOG_LEVEL: "info", DB_PASSWORD: { secret: "db-password" } },
      links: ["credentials"],
      permissions: "execution",
    },
  },
  platforms: { kubernetes: { namespace: "acme" } },
} satisfies Document;

test("the type takes the example as it stands in the file", () => {
  const text = readFileSync(new URL("../examples/connector/alien.yaml", import.meta.url), "utf8");
  expect(parse(text)).toEqual(connector);
});

const bound = {
  stack: "acme",
  supportedPlatforms: ["kubernetes"],
  resources: {
    files: { type: "storage", bindings: { kubernetes: { service: "s3", bucketName: { secret: "bucket" } } } },
    built: { type: "daemon", code: { type: "source", src: ".", toolchain: { type: "rust", binaryName: "connector" } } },
  },
} satisfies Document;

const code = { type: "image", image: "acme/connector" } as const;

// @ts-expect-error A stack has resources.
const withoutResources: Document = { stack: "acme" };
// @ts-expect-error A daemon has no ports.
const withPorts: Document = { stack: "acme", resources: { a: { type: "daemon", code, ports: [80] } } };
// @ts-expect-error Values are text.
const withNumber: Document = { stack: "acme", resources: { a: { type: "daemon", code, environment: { PORT: 80 } } } };
// @ts-expect-error Image code names its image.
const withoutImage: Document = { stack: "acme", resources: { a: { type: "daemon", code: { type: "image" } } } };
// @ts-expect-error There is no such kind.
const withOtherKind: Document = { stack: "acme", resources: { a: { type: "deamon", code } } };
// @ts-expect-error A bucket of S3 has a name.
const withoutBucket: Document = { stack: "acme", resources: { a: { type: "storage", binding: { service: "s3" } } } };
// @ts-expect-error A queue is not served by S3.
const withOtherService: Document = { stack: "acme", resources: { a: { type: "queue", binding: { service: "s3" } } } };

test("what the type refuses is written here", () => {
  const refused = [
    withoutResources,
    withPorts,
    withNumber,
    withoutImage,
    withOtherKind,
    withoutBucket,
    withOtherService,
  ];
  expect(new Set(refused.map(document => document.stack))).toEqual(new Set([bound.stack]));
});
