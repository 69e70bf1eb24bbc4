import { localLabels } from "../../render/index.ts";
import type { Change, Reason } from "../index.ts";
import type { Container } from "./api/engine.ts";
import type { Observed } from "./observe.ts";
import { dockerRef } from "./record/inventory.ts";
import type { Decision, Deletion } from "./work.ts";

/** Containers of daemons that are no longer declared. */
export const deletionsOf = ({ containers }: Observed, daemons: ReadonlySet<string>): readonly Deletion[] =>
  [...containers.values()]
    .filter(({ labels }) => !daemons.has(labels[localLabels.daemon] ?? ""))
    .map(container => deletion(container, { kind: reasonFor(container) }));

/** What is no daemon's was made to reach a volume, by a run that was killed. */
const reasonFor = ({ labels }: Container) =>
  labels[localLabels.daemon] === undefined ? "interrupted" : "no-longer-declared";

/** What is neither the container of a daemon nor about to be: an earlier run made it and did not come to its end. */
export function leftoversOf({ containers }: Observed, decisions: readonly Decision[]): readonly Deletion[] {
  const [ids, used] = [
    new Set(decisions.map(({ desired }) => desired.daemon.id)),
    new Set(decisions.flatMap(({ live }) => live?.id ?? [])),
  ];
  return [...containers.values()]
    .filter(({ id, labels }) => ids.has(labels[localLabels.daemon] ?? "") && !used.has(id))
    .map(container => deletion(container, { kind: "interrupted" }));
}

function deletion({ id, name, labels }: Container, reason: Reason): Deletion {
  const daemon = labels[localLabels.daemon];
  const change: Change = {
    action: "delete",
    object: dockerRef("Container", name),
    uid: id,
    path: "/stack",
    ...(daemon === undefined ? {} : { daemon }),
    reason,
    fields: [],
  };
  return { change };
}
