import { describe } from "vitest";
import { defaultTiming } from "../../../src/targets/index.ts";
import { openEngine } from "../../../src/targets/local/api/client.ts";
import { docker, hasEngine, liveDocker } from "../../live/docker.ts";
import { buildScriptImage, scriptImage } from "../../live/stage.ts";
import { realEffects } from "../effects.ts";
import { engineContract, programs } from "./engine-contract.ts";

describe.skipIf(!hasEngine)(liveDocker("a Docker engine"), { timeout: 60_000 }, () => {
  engineContract(() => {
    buildScriptImage();
    const { signal } = new AbortController();
    const { value: engine } = openEngine(
      { environment: process.env },
      { timing: defaultTiming, signal, effects: realEffects },
    );
    if (engine === undefined) throw new Error("no engine is given");
    return {
      engine,
      spec: program => ({ image: scriptImage, environment: [`SCRIPT=${programs[program]}`] }),
      pause: name => docker("pause", name),
      kill: name => docker("kill", name),
    };
  });
});
