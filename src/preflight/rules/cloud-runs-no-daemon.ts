import { beside, finding, key, value } from "../../diagnostics/index.ts";
import { isTarget } from "../../ir/index.ts";
import type { Rule } from "../rule.ts";

/** AWS, GCP and Azure run no daemons: refused whether chosen or only listed, before anything else is looked at. */
export const cloudRunsNoDaemon: Rule = ({ stack, chosen }) => {
  const [first, ...others] = stack.daemons;
  if (first === undefined) return [];
  const daemons = stack.daemons.map(({ id }) => id);
  const related = [first, ...others].slice(0, 3).map(({ path }) => ({ message: beside.aDaemon, at: key(path) }));
  const listed = stack.supportedPlatforms.filter(({ platform }) => !isTarget(platform));
  const findings = listed.map(({ platform, path }) =>
    finding("cloud-platform", value(path), { platform, daemons }, { related }),
  );
  const isListed = listed.some(({ platform }) => platform === chosen);
  if (chosen === undefined || isTarget(chosen) || isListed) return findings;
  return [
    ...findings,
    finding("cloud-platform", key(first.path), { platform: chosen, daemons }, { related: related.slice(1) }),
  ];
};
