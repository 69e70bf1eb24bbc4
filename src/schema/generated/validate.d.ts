// Made by `npm run build:schema` from schemas/model. Do not edit.
export interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly propertyName?: string;
}
declare const validate: { (data: unknown): boolean; errors?: SchemaError[] | null };
export default validate;
