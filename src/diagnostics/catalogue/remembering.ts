import { error, oneOf, quote, systemProblems } from "./entry.ts";

interface AtFile {
  readonly stack: string;
  readonly file: string;
}

const damages = {
  text: () => "it is not JSON, or not all of it",
  digest: () => "it is not as it was written",
  size: () => "it is larger than any record",
  kind: () => "it is not a file",
  field: (field: string) => `${quote(field)} is not what it has to be`,
};

const elsewhere = "`ALIEN_STATE_DIR` names another directory for all stacks";

/** Band 63, from 6321: what is remembered of stacks on a Docker engine. */
export const remembering = {
  "stack-busy": error<{
    stack: string;
    claim: { readonly holder: string; readonly pid: number; readonly since: string } | undefined;
  }>("AL6321", {
    message: ({ stack, claim }) =>
      claim === undefined
        ? `somebody else is working on the stack ${quote(stack)}`
        : `${quote(claim.holder)} is working on the stack ${quote(stack)}, since ${claim.since}`,
    help: ({ claim }) =>
      `wait until it is done and run this again${claim === undefined ? "" : `; it is the process ${claim.pid}, and its lock ends with it`}`,
    about:
      "Only one run at a time may change a stack. On Local the lock is the operating system's, on a file in the state directory: it goes with its process, so it never has to be removed by hand.",
  }),
  "state-damaged": error<AtFile & { problem: keyof typeof damages; field?: string | undefined }>("AL6322", {
    message: ({ stack, file, problem, field }) =>
      `what is remembered of the stack ${quote(stack)} in ${quote(file)} cannot be read: ${damages[problem](field ?? "")}`,
    help: () => "remove the file and run this again: it is made anew from the labels of the containers and volumes",
    about:
      "What was deployed to an engine is kept in a file for each stack, which is written as a whole or not at all. Without it nothing is lost that runs: what is there is known by its labels. Only the last good revision is forgotten, so the next failure cannot be rolled back to it.",
  }),
  "state-foreign": error<AtFile & { of: "stack" | "engine" }>("AL6323", {
    message: ({ stack, file, of }) =>
      `${quote(file)}, where the stack ${quote(stack)} is remembered, holds what belongs to another ${of}`,
    help: () =>
      "move the file away, to where it came from if that is known: it is made anew from the labels of the containers and volumes",
    about:
      "The file that remembers a stack says which stack and which engine it is of. One that was copied or renamed would make what runs look like something else, so it is not used.",
  }),
  "state-not-readable": error<AtFile & { problem: string }>("AL6324", {
    message: ({ stack, file, problem }) =>
      `what is remembered of the stack ${quote(stack)} in ${quote(file)} cannot be read: ${systemProblems[problem] ?? problem}`,
    help: () => `run this as the user who deployed the stack; ${elsewhere}`,
    about:
      "The file is there, and the operating system does not let it be read. It is not treated as if it were missing, because somebody else may be responsible for the stack.",
  }),
  "state-not-writable": error<AtFile & { problem: string }>("AL6325", {
    message: ({ stack, file, problem }) =>
      `the stack ${quote(stack)} cannot be remembered in ${quote(file)}: ${systemProblems[problem] ?? problem}`,
    help: ({ problem }) =>
      ["ENOSPC", "EDQUOT"].includes(problem)
        ? "make room and run this again: it continues from what is there"
        : `let the user that runs this write there; ${elsewhere}`,
    about:
      "What is about to be done is remembered before it is done, so what cannot be remembered is not done. What was remembered before is left as it was.",
  }),
  "state-directory-open": error<{ directory: string; problem: "writable" | "owner" }>("AL6326", {
    message: ({ directory, problem }) =>
      problem === "writable"
        ? `others can write to ${quote(directory)}, where the state of stacks is kept`
        : `${quote(directory)}, where the state of stacks is kept, belongs to another user`,
    help: ({ directory, problem }) =>
      problem === "writable"
        ? `if what is in it can be trusted: ${quote(`chmod go-w ${directory}`)}; ${elsewhere}`
        : `run this as its owner; ${elsewhere}`,
    about:
      "Whoever can write to the state directory decides which containers are replaced and removed. It has to belong to the user who deploys, and to be writable to nobody else.",
  }),
  "lock-impossible": error<AtFile & { problem: string }>("AL6327", {
    message: ({ stack, file, problem }) =>
      `the stack ${quote(stack)} cannot be locked with ${quote(file)}: ${systemProblems[problem] ?? problem}`,
    help: () =>
      `it has to be writable, and on a file system that has locks; a file that is no lock may be removed; ${elsewhere}`,
    about:
      "Only one run at a time may change a stack. Without the operating system's lock on this file nothing is changed.",
  }),
  "no-state-directory": error<{ tried: readonly string[] }>("AL6328", {
    message: ({ tried }) => `no directory to remember stacks in is given by ${oneOf(tried)}`,
    help: () => "name one that lasts: `ALIEN_STATE_DIR=<directory>`",
    about:
      "What was deployed to an engine is kept in `ALIEN_STATE_DIR`, else in `alien-compile` in `XDG_STATE_HOME`, else in `.local/state/alien-compile` in the home directory; on Windows in `alien-compile\\state` in `LOCALAPPDATA`. Services and containers often have no home directory.",
  }),
  "state-missing": error<{ stack: string }>("AL6329", {
    message: ({ stack }) => `what was applied of the stack ${quote(stack)} is not remembered here`,
    help: ({ stack }) =>
      `run this where ${quote(stack)} is deployed from, as that user; or apply it again: it is remembered then, and what runs stays`,
    about:
      "Containers of the stack are there, but the state directory of this user on this machine does not say what they should be. Without that nobody can tell whether they were changed.",
  }),
} as const;
