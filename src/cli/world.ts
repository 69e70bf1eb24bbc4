/** What a command touches of the machine. The one in `entry.ts` is Node's; tests bring their own. */
export interface World {
  readonly arguments: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Told how much input (UTF-16 units) will be worked on. */
  expectWork?(size: number): void;
  /** All of standard input, or undefined when it is larger than `limit` bytes. */
  stdin(limit: number): Promise<Uint8Array | undefined>;
  out(text: string): void;
  error(text: string): void;
  readonly outIsTerminal: boolean;
  readonly errorIsTerminal: boolean;
}

/** How a command ends. */
export const exit = { ok: 0, refused: 1, usage: 64, bug: 70 } as const;
