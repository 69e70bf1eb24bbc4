import { containerSettings } from "../local/settings.ts";
import type { LocalDaemon } from "../local/stack.ts";
import type { ComposeService } from "./compose-file.ts";
import { environmentOf, type Secrets } from "./environment.ts";
import { escapeDollars } from "./interpolation.ts";
import type { JoinedNetwork } from "./network.ts";

/**
 * The service of a daemon. Its container has the name that `apply` gives it, so the engine lets only one of both run it.
 * It has none of our labels: by them `apply`, `watch` and `delete` know what is theirs, and this belongs to Compose.
 */
export function service(
  { name, image, environment, mounts }: LocalDaemon,
  { secrets, network }: { readonly secrets: Secrets; readonly network: JoinedNetwork },
): ComposeService {
  const { restartPolicy, stopSeconds, securityOptions, extraHosts, logBounds } = containerSettings;
  const volumes = mounts.map(({ volume, target }) => ({ type: "volume" as const, source: volume, target }));
  return {
    image: escapeDollars(image),
    container_name: name,
    environment: environmentOf(environment, secrets),
    ...(volumes.length === 0 ? {} : { volumes }),
    ...network.service,
    extra_hosts: extraHosts,
    init: true,
    restart: restartPolicy,
    stop_grace_period: `${stopSeconds}s`,
    security_opt: securityOptions,
    logging: { driver: "json-file", options: logBounds },
  };
}
