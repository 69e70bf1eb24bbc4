import { finding, join, value } from "../../diagnostics/index.ts";
import type { Rule } from "../rule.ts";

/** Neither Local nor Kubernetes builds source. */
export const daemonIsImage: Rule = ({ stack, platforms }) =>
  platforms.length === 0
    ? []
    : stack.daemons.flatMap(({ id, code }) =>
        code.type === "source" ? [finding("source-daemon", value(join(code.path, "type")), { daemon: id })] : [],
      );
