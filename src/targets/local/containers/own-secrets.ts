import { createMask, secretTexts } from "../../index.ts";
import type { Container, ContainerState } from "../api/engine.ts";
import { secretNames } from "./compare.ts";

type Given = Pick<Container, "labels" | "environment">;

/** Hides the secrets that a container was given, which may be others than those that are known by now. */
export function ownMask(container: Given): (text: string) => string {
  const names = secretNames(container);
  return createMask(
    container.environment.flatMap(variable => {
      const end = variable.indexOf("=");
      return names.has(variable.slice(0, end)) ? secretTexts(variable.slice(end + 1)) : [];
    }),
  );
}

/** The state of a container; what its health check wrote, and what the engine says of it, without its secrets. */
export function stateWithoutSecrets({ state, ...given }: Given & Pick<Container, "state">): ContainerState {
  const { error, health } = state;
  if (error === "" && !health?.output) return state;
  const hide = ownMask(given);
  return {
    ...state,
    error: hide(error),
    ...(health === undefined ? {} : { health: { ...health, output: hide(health.output) } }),
  };
}
