import { describe } from "vitest";
import { engineContract, type Program, programs } from "./engine-contract.ts";
import type { Run } from "./fake-container.ts";
import { createFakeEngine } from "./fake-engine.ts";

const runs: Readonly<Record<Program, Run>> = {
  stays: { does: "run", lines: ["up"], stopCode: 0 },
  fails: { does: "exit", code: 3, after: 5, lines: ["failing"] },
  "fails later": { does: "exit", code: 3, after: 100, lines: ["failing"] },
};

describe("the engine in memory", () => {
  engineContract(() => {
    const engine = createFakeEngine({ images: Object.keys(programs).map(imageOf) });
    for (const program of Object.keys(programs) as Program[]) engine.behave(imageOf(program), runs[program]);
    return {
      engine,
      spec: program => ({ image: imageOf(program), environment: [] }),
      pause: engine.pause,
      kill: engine.kill,
    };
  });
});

const imageOf = (program: string): string => `contract/${program.replace(" ", "-")}:1`;
