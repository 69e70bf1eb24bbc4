import { error, quote, warning } from "./entry.ts";

/** Band 63, from 6341: what speaks against a plan for a Docker engine. */
export const local = {
  "network-missing": error<{ network: string }>("AL6341", {
    message: ({ network }) => `the engine has no network ${quote(network)}`,
    help: ({ network }) =>
      `create it: ${quote(`docker network create ${network}`)}; or leave \`platforms.local.network\` out to use the shared one`,
    about:
      "`platforms.local.network` names a network that is there already, made by you or by another tool. Without it, daemons use the network `alien`, which alien-compile makes and on which no container reaches another.",
  }),
  "network-not-ours": error<{ network: string }>("AL6342", {
    message: ({ network }) =>
      `the network ${quote(network)} is there, and lets its containers reach each other, so daemons cannot use it`,
    help: ({ network }) =>
      `remove or rename it if nobody needs it: ${quote(`docker network rm ${network}`)}; or join another by \`platforms.local.network\``,
    about:
      "A daemon has no ingress: the shared network is made with communication between containers switched off. One of the same name without that was made by somebody else.",
  }),
  "state-rebuilt": warning<{ stack: string }>("AL6343", {
    message: ({ stack }) => `what was remembered of ${quote(stack)} is gone; it goes on with what its containers say`,
    help: () => "if another user or machine deploys this stack, let only one of them do it",
    about:
      "What was deployed is remembered in the user's state directory, and the containers carry it in their labels as well. Where the memory is lost, or belongs to another user, the labels are enough to go on, but not to go back to an earlier revision's document.",
  }),
} as const;
