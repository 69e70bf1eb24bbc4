import { status } from "../../diagnostics/index.ts";

/** Text that Compose reads back exactly: it takes `$$` for `$`, and `$NAME` for a reference. */
export const escapeDollars = (text: string): string => text.replaceAll("$", "$$$$");

/** A variable of whoever runs Compose; it ends with the message where the variable is not set, or is empty. */
export const interpolated = (variable: string, secret: string): string =>
  `\${${variable}:?${status.composeNeedsSecret(secret)}}`;
