import { type Diagnostic, finding, key, utf8Length } from "../../diagnostics/index.ts";
import type { RenderedObject } from "./object.ts";

const mebibyte = 1024 * 1024;

/** etcd takes 1.5 MiB; the server adds its own fields and the record of who manages which. */
const limit = mebibyte;

export function oversizedObject({ object, path }: RenderedObject): readonly Diagnostic[] {
  const json = JSON.stringify(object);
  if (json.length * 3 <= limit) return [];
  const size = utf8Length(json);
  if (size <= limit) return [];
  const { kind, metadata } = object;
  const args = { kind, name: metadata.name, size: mebibytes(size), limit: mebibytes(limit) };
  return [finding("object-too-large", key(path), args)];
}

/** Rounded up, so that what is over the limit does not read like it. */
const mebibytes = (bytes: number): string => `${(Math.ceil((bytes * 10) / mebibyte) / 10).toFixed(1)} MiB`;
