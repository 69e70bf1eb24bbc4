import { quote } from "./entry.ts";
import { after, failure, lasting } from "./failures.ts";

interface LastingArgs {
  readonly daemon: string;
  readonly said: string;
  /** For how long it did not pass, in milliseconds, where it could have. */
  readonly lasted: number | undefined;
}

const startHelp: readonly (readonly [RegExp, string])[] = [
  [/\bnetwork\b/i, "apply again once the network is there; `platforms.local.network` names another one"],
  [/exec format error/i, "build the image for the processor of the engine's machine"],
  [/permission denied/i, "make the image's entrypoint executable, and readable for the image's user"],
  [/user|passwd/i, "correct the image's user: it has to be in the image"],
  [
    /not found|no such file/i,
    "check the image's entrypoint: the file has to be in the image, and the interpreter that its first line names",
  ],
];

/** What is so with a container that does not run. */
const problems = {
  created: "was not started",
  paused: "is paused",
  removed: "is not there",
  stopped: "is stopped",
} as const;

const problemHelp: Readonly<Record<keyof typeof problems, string>> = {
  created: "apply again, which starts it",
  paused: "`docker unpause` lets it go on",
  removed: "find out what removes it, and apply again",
  stopped: "find out what stops it, and apply again",
};

/** Band 63, from 6331: why a daemon does not run on a Docker engine. */
export const running = {
  "process-cannot-start": failure<LastingArgs>("AL6331", {
    message: ({ daemon, said, lasted }) =>
      `${quote(daemon)} ${lasted === undefined ? "cannot start" : `has failed to start${lasting(lasted)}`}${after(said)}`,
    help: ({ said }) =>
      startHelp.find(([words]) => words.test(said))?.[1] ?? "the engine's own words say what it is about",
    about:
      "The engine could not execute the image's command: the file is missing or not executable, its interpreter is missing, its user does not exist, or it is built for another processor. Other reasons lie in the engine's machine, such as a network that is gone.",
  }),
  "host-out-of-memory": failure<{ daemon: string }>("AL6332", {
    message: ({ daemon }) => `${quote(daemon)} keeps being killed because it uses more memory than it gets`,
    help: () => "let it use less, or give the engine's machine more; `docker update --memory` may have set a limit",
    about:
      "The kernel killed the process because memory ran out. alien-compile sets no limit for a container, so it was the memory of the engine's machine, or a limit that somebody else set.",
  }),
  "daemon-unhealthy": failure<LastingArgs>("AL6333", {
    message: ({ daemon, said, lasted }) =>
      `${quote(daemon)} runs, but its health check has failed${lasting(lasted)}${after(said)}`,
    help: () => "correct the daemon, or the `HEALTHCHECK` of its image",
    about:
      "The image has a health check, so the daemon counts as ready when that passes. The engine runs it again and again; it may pass later, so it is given some time.",
  }),
  "container-not-running": failure<{
    daemon: string;
    problem: keyof typeof problems;
    lasted: number | undefined;
  }>("AL6334", {
    message: ({ daemon, problem, lasted }) =>
      `${quote(daemon)} ${lasted === undefined ? "does not run" : `has not run${lasting(lasted)}`}: its container ${problems[problem]}`,
    help: ({ problem }) => problemHelp[problem],
    about:
      "Somebody or something stopped, paused or removed the container while it was waited for. The engine does not start it again by itself, so `apply` has to.",
  }),
} as const;
