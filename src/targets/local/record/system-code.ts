/** The operating system's code of an error, such as `ENOSPC`; anything else is a bug of ours and goes on. */
export function systemCode(cause: unknown): string {
  if (cause instanceof Error && "syscall" in cause && "code" in cause && typeof cause.code === "string")
    return cause.code;
  throw cause;
}
