import { type DeploymentRecord, type JudgedRecord, judgeRecord } from "../../../state/index.ts";
import { digestOf } from "../../index.ts";

/** Whose content a file holds. */
export interface Owner {
  /** Tells engines apart. */
  readonly engine: string;
  readonly stack: string;
}

/** What was read: a record, or why it is none. */
export type Decoded =
  | Extract<JudgedRecord, { kind: "record" | "newer" }>
  | { readonly kind: "foreign"; readonly of: "stack" | "engine" }
  | { readonly kind: "damaged"; readonly problem: "text" | "digest" | "field"; readonly field?: string };

/** The digest stands in front, so that it can be told of the bytes themselves. */
const start = /^\{"digest":"([0-9a-f]{64})",/;

/** The record as a file holds it: JSON in one line, which no part of it is. */
export function encodeState(engine: string, record: DeploymentRecord): string {
  const content = JSON.stringify({ engine, ...record });
  return `{"digest":"${digestOf(content)}",${content.slice(1)}`;
}

export function decodeState(bytes: Uint8Array, { engine, stack }: Owner): Decoded {
  const read = parse(bytes);
  if (read === undefined) return { kind: "damaged", problem: "text" };
  const { text, value } = read;
  const judged = judgeRecord(value, { stack, platform: "local" });
  // A newer format may count its digest otherwise.
  if (judged.kind === "newer") return judged;
  const [mark, digest] = start.exec(text) ?? [""];
  if (digestOf(`{${text.slice(mark.length)}`) !== digest) return { kind: "damaged", problem: "digest" };
  if (engineOf(value) !== engine) return { kind: "foreign", of: "engine" };
  if (judged.kind === "foreign") return { kind: "foreign", of: "stack" };
  if (judged.kind === "damaged") return { kind: "damaged", problem: "field", field: judged.field };
  return { kind: "record", record: withoutMarks(judged.record) };
}

function parse(bytes: Uint8Array): { readonly text: string; readonly value: unknown } | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, value: JSON.parse(text) };
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof TypeError) return undefined;
    throw cause;
  }
}

interface Marks {
  readonly engine?: unknown;
  readonly digest?: unknown;
}

const engineOf = (value: unknown): unknown => ((value ?? {}) as Marks).engine;

function withoutMarks({ engine: _, digest: __, ...record }: DeploymentRecord & Marks): DeploymentRecord {
  return record;
}
