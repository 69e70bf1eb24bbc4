import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export interface Position {
  readonly line: number;
  readonly character: number;
}
export interface Range {
  readonly start: Position;
  readonly end: Position;
}
export interface LspDiagnostic {
  readonly range: Range;
  readonly message: string;
}
export interface CompletionItem {
  readonly label: string;
  readonly documentation?: string | { readonly value: string };
  readonly insertText?: string;
  readonly textEdit?: { readonly range: Range; readonly newText: string };
}

/** A file in a folder where `init` has been: `alien.yaml`, or a layer, beside its schema. */
export interface OpenDocument {
  readonly text: string;
  diagnostics(): Promise<readonly LspDiagnostic[]>;
  completion(at: Position): Promise<readonly CompletionItem[]>;
  hover(at: Position): Promise<string>;
}

export interface Editor {
  open(text: string, schema?: SchemaFile): OpenDocument;
  close(): Promise<void>;
}

export type SchemaFile = "alien.schema.json" | "alien.layer.schema.json";

const root = join(import.meta.dirname, "..", "..");
const serverFile = join(root, "node_modules", "yaml-language-server", "bin", "yaml-language-server");
const limit = 15_000;

/** Starts the server that editors use, and opens documents in it. */
export async function startEditor(): Promise<Editor> {
  const folder = mkdtempSync(join(tmpdir(), "alien-editor-"));
  for (const schema of ["alien.schema.json", "alien.layer.schema.json"])
    copyFileSync(join(root, "schemas", schema), join(folder, schema));
  const server = spawn(process.execPath, [serverFile, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  const connection = connect(server);
  const rootUri = pathToFileURL(folder).href;
  await connection.request("initialize", {
    processId: process.pid,
    rootUri,
    workspaceFolders: [{ uri: rootUri, name: "stack" }],
    capabilities: {
      workspace: { configuration: true },
      textDocument: {
        completion: { completionItem: { snippetSupport: true, documentationFormat: ["markdown"] } },
        hover: { contentFormat: ["markdown"] },
        publishDiagnostics: { versionSupport: true },
      },
    },
  });
  connection.notify("initialized", {});
  let opened = 0;
  return {
    open(body, schema = "alien.schema.json") {
      const path = join(folder, `${++opened}.yaml`);
      const text = `# yaml-language-server: $schema=./${schema}\n${body}`;
      writeFileSync(path, text);
      return open(connection, pathToFileURL(path).href, text);
    },
    async close() {
      const ended = new Promise(resolve => server.once("exit", resolve));
      await connection.request("shutdown", null);
      connection.notify("exit", null);
      await within("the end of the server", ended);
      rmSync(folder, { recursive: true });
    },
  };
}

function open(connection: Connection, uri: string, text: string): OpenDocument {
  connection.notify("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version: 1, text } });
  const textDocument = { uri };
  return {
    text,
    diagnostics: () => connection.published(uri),
    async completion(position) {
      const answer = await connection.request("textDocument/completion", { textDocument, position });
      return (answer as { items: CompletionItem[] }).items;
    },
    async hover(position) {
      const answer = await connection.request("textDocument/hover", { textDocument, position });
      return (answer as { contents: { value: string } } | null)?.contents.value ?? "";
    },
  };
}

interface Connection {
  request(method: string, params: unknown): Promise<unknown>;
  notify(method: string, params: unknown): void;
  published(uri: string): Promise<readonly LspDiagnostic[]>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** JSON-RPC over the server's stdio. */
function connect(server: ChildProcess): Connection {
  const answers = new Map<number, (message: Message) => void>();
  const published = new Map<string, readonly LspDiagnostic[]>();
  const waiting = new Map<string, (found: readonly LspDiagnostic[]) => void>();
  let requests = 0;
  const send = (message: object) => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    server.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  readMessages(server, message => {
    const { id, method, params } = message;
    if (method === undefined) return answers.get(id ?? -1)?.(message);
    if (id !== undefined) return send({ id, result: answerTo(method, params) });
    if (method !== "textDocument/publishDiagnostics") return;
    const { uri, diagnostics } = params as { uri: string; diagnostics: LspDiagnostic[] };
    published.set(uri, diagnostics);
    waiting.get(uri)?.(diagnostics);
  });
  return {
    notify: (method, params) => send({ method, params }),
    async request(method, params) {
      const id = ++requests;
      const answer = new Promise<Message>(resolve => answers.set(id, resolve));
      send({ id, method, params });
      const { result, error } = await within(method, answer);
      if (error !== undefined) throw new Error(`${method}: ${error.message}`);
      return result;
    },
    async published(uri) {
      const already = published.get(uri);
      if (already !== undefined) return already;
      return within(`the diagnostics of ${uri}`, new Promise(resolve => waiting.set(uri, resolve)));
    },
  };
}

/** What an editor without settings of its own answers; the schema store is off, so nothing is fetched. */
function answerTo(method: string, params: unknown): unknown {
  if (method !== "workspace/configuration") return null;
  const { items } = params as { items: readonly { section: string }[] };
  return items.map(({ section }) => (section === "yaml" ? { schemaStore: { enable: false } } : {}));
}

function readMessages(server: ChildProcess, receive: (message: Message) => void): void {
  let received = Buffer.alloc(0);
  server.stdout?.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (;;) {
      const end = received.indexOf("\r\n\r\n");
      const length = Number(/Content-Length: (\d+)/i.exec(received.toString("latin1", 0, Math.max(end, 0)))?.[1]);
      if (end < 0 || received.length < end + 4 + length) return;
      receive(JSON.parse(received.toString("utf8", end + 4, end + 4 + length)));
      received = received.subarray(end + 4 + length);
    }
  });
}

async function within<Value>(what: string, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${limit} ms for ${what}`)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Where `|` stands in a text, and the text without it. */
export function cursor(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf("|");
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}

export function textAt(text: string, { start, end }: Range): string {
  const lines = text.split("\n");
  const offset = ({ line, character }: Position) =>
    lines.slice(0, line).join("\n").length + (line > 0 ? 1 : 0) + character;
  return text.slice(offset(start), offset(end));
}
