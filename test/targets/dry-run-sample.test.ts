import { expect, test } from "vitest";
import { desiredObjects } from "../../src/targets/kubernetes/compare/desired.ts";
import { sparedOf } from "../../src/targets/kubernetes/compare/dry-run-sample.ts";
import { daemonIr, stackIr } from "../render/stack-ir.ts";
import { openCluster } from "./clusters.ts";
import { json, startServer } from "./http-server.ts";

const deployments = (count: number, image: (index: number) => string) => {
  const daemons = Array.from({ length: count }, (_, index) =>
    daemonIr(`agent-${index}`, {
      image: image(index),
      environment: [{ name: "QUEUE", path: "", value: { kind: "text", text: `jobs-${index}` } }],
    }),
  );
  const { objects } = desiredObjects(stackIr({ daemons }), { namespace: "acme" });
  return objects.filter(({ object }) => object.kind === "Deployment");
};

/** The names that are spared where some are taken already, and what was asked of the server. */
async function spared(objects: ReturnType<typeof deployments>, taken: readonly string[]) {
  const items = taken.map(name => ({ metadata: { name, uid: name } }));
  const server = await startServer((_, response) =>
    json(response, { kind: "PartialObjectMetadataList", metadata: { resourceVersion: "1" }, items }),
  );
  const cluster = openCluster(server.kubeconfig, { namespace: "acme" });
  try {
    const names = await sparedOf(cluster, objects);
    return {
      names,
      asked: server.asked.map(({ method, url, headers }) => `${method} ${url.pathname} ${headers.accept}`),
    };
  } finally {
    cluster.close();
    await server.close();
  }
}

test("few objects are all tried, and nothing is asked for", async () => {
  expect(
    await spared(
      deployments(50, () => "a/b:1"),
      [],
    ),
  ).toEqual({ names: new Set(), asked: [] });
});

test("of many, one of each form is tried: an image makes a form, names and values do not", async () => {
  const objects = deployments(60, index => (index % 2 === 0 ? "a/b:1" : "a/b:2"));
  const { names, asked } = await spared(objects, []);
  const tried = objects.filter(({ key }) => !names.has(key));
  expect(tried).toHaveLength(2);
  expect(new Set(tried.map(({ object }) => JSON.stringify(object).match(/a\/b:\d/)?.[0])).size).toBe(2);
  expect(asked).toEqual([
    "GET /apis/apps/v1/namespaces/acme/deployments application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
  ]);
});

test("a name that is taken is tried, whoever has it", async () => {
  const objects = deployments(60, () => "a/b:1");
  const { names } = await spared(objects, ["acme-agent-7", "acme-agent-8"]);
  expect(names.has("Deployment/acme-agent-7")).toBe(false);
  expect(names.has("Deployment/acme-agent-8")).toBe(false);
  expect(names.size).toBe(57);
});
