import { finding, join, value } from "../../diagnostics/index.ts";
import type { TargetPlatform } from "../../ir/index.ts";
import type { Rule } from "../rule.ts";

const elsewhere: Readonly<Record<TargetPlatform, RegExp>> = {
  kubernetes: /^local-(vault|storage|kv|queue)$/,
  local: /^kubernetes(-secret)?$/,
};

/** A binding that was given names a service that a daemon on that platform can reach. */
export const bindingIsReachable: Rule = ({ stack, platforms }) =>
  stack.resources.flatMap(({ id, bindings }) =>
    platforms.flatMap(platform => {
      const binding = bindings[platform];
      if (binding === undefined || binding.embedded || !elsewhere[platform].test(binding.service)) return [];
      return [
        finding("service-out-of-place", value(join(binding.path, "service")), {
          service: binding.service,
          id,
          platform,
        }),
      ];
    }),
  );
