/** JSON as it was read. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [name: string]: Json };

/** The stack.json a document came from; what the document cannot say is written out from here again. */
export interface Baggage {
  readonly stack: JsonObject;
  /** Whether it named no platforms, which means all of them. */
  readonly everywhere: boolean;
}

export const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === "object" && json !== null && !Array.isArray(json);

/** `id` is already escaped, as a segment of a path. */
export const configPath = (id: string): string => `/resources/${id}/config`;

/** Whether data is the platform's stack.json rather than an `alien.yaml` written as JSON. */
export const isStackJson = (data: { readonly [name: string]: unknown }): boolean =>
  !Object.hasOwn(data, "stack") && Object.hasOwn(data, "id") && Object.hasOwn(data, "resources");
