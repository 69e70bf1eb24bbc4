/**
 * Where a resource is, as the daemon gets it: JSON with the tag `service`.
 * Fields stand in the order of the table of kinds.
 */
export interface BindingIr {
  readonly service: string;
  readonly path: string;
  /** Whether the platform brings the resource itself, because no binding was given. */
  readonly embedded: boolean;
  readonly fields: readonly BindingField[];
}

export interface BindingField {
  readonly name: string;
  readonly path: string;
  readonly value: BindingValue;
}

export type BindingValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly number: number }
  | { readonly kind: "secret"; readonly secret: string }
  /** The namespace of the deployment, known only when it is rendered or applied. */
  | { readonly kind: "namespace" };

/** The secrets a binding holds. */
export const bindingSecrets = (binding: BindingIr): readonly string[] =>
  binding.fields.flatMap(({ value }) => (value.kind === "secret" ? [value.secret] : []));

/** The exact JSON a daemon reads; `resolve` gives what only the caller knows. */
export function bindingJson(binding: BindingIr, resolve: (value: BindingValue) => string): string {
  const entries = binding.fields.map(({ name, value }) => [
    name,
    value.kind === "number" ? value.number : resolve(value),
  ]);
  return JSON.stringify({ service: binding.service, ...Object.fromEntries(entries) });
}

/** The variable that hands a link's binding to the daemon. */
export const bindingVariable = (id: string): string => `ALIEN_${id.toUpperCase().replaceAll("-", "_")}_BINDING`;
