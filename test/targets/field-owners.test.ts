import { expect, test } from "vitest";
import type { LiveObject } from "../../src/targets/kubernetes/api/live-object.ts";
import { fieldOwners } from "../../src/targets/kubernetes/compare/field-owners.ts";
import type { ObjectPath } from "../../src/targets/kubernetes/compare/object-path.ts";

const env = ["spec", "containers", { name: "daemon" }, "env"] as const;
const container = (fields: object) => ({ "f:spec": { "f:containers": { 'k:{"name":"daemon"}': fields } } });
const variable = (name: string, fields: object) =>
  container({ "f:env": { [`k:${JSON.stringify({ name })}`]: fields } });
const annotation = (name: string) => ({ "f:metadata": { "f:annotations": { [`f:${name}`]: {} } } });

const live = {
  metadata: {
    managedFields: [
      { manager: "kubectl", fieldsV1: variable("LEVEL", { ".": {}, "f:name": {}, "f:value": {} }) },
      { manager: "helm", fieldsV1: variable("LEVEL", { ".": {}, "f:name": {} }) },
      { manager: "quoted", fieldsV1: variable('A"B', { "f:value": {} }) },
      { manager: "whole", fieldsV1: { "f:spec": {} } },
      { manager: "hpa", subresource: "scale", fieldsV1: { "f:spec": { "f:replicas": {} } } },
      { manager: "noted", fieldsV1: annotation("acme.dev/a.b") },
      { fieldsV1: { "f:spec": { "f:paused": {} } } },
      { manager: "kubectl", fieldsV1: variable("LEVEL", { "f:value": {} }) },
      { manager: "empty" },
    ],
  },
} as unknown as LiveObject;

test.each<[string, ObjectPath, readonly string[]]>([
  ["the value of a variable", [...env, { name: "LEVEL" }, "value"], ["kubectl"]],
  ["a variable: not of who only notes that it is there", [...env, { name: "LEVEL" }], ["kubectl"]],
  ["a variable with a quote in its name", [...env, { name: 'A"B' }, "value"], ["quoted"]],
  ["a name with dots", ["metadata", "annotations", "acme.dev/a.b"], ["noted"]],
  ["what only a subresource sets", ["spec", "replicas"], []],
  ["what somebody without a name sets", ["spec", "paused"], ["unknown"]],
  ["what nobody sets", ["spec", "strategy"], []],
  ["what every object has", ["constructor"], []],
])("owners of %s", (_, path, owners) => {
  expect(fieldOwners(live, path)).toEqual(owners);
});

test("nobody is noted on an object without fields", () => {
  const metadata = { name: "a", uid: "u", resourceVersion: "1" };
  expect(fieldOwners({ apiVersion: "v1", kind: "Secret", metadata }, ["data"])).toEqual([]);
});
