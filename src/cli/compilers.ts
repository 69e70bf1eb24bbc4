/** Between these sizes of input (UTF-16 units) a run ends before V8's last compiler pays for itself. */
const someWork = 32 * 1024;
const muchWork = 1024 * 1024;

const set = (flag: string): void => process.getBuiltinModule("node:v8").setFlagsFromString(flag);

let isTuned = false;

/** Leaves V8's last compiler out for runs of a middling size: a thousand daemons take a sixth less time. */
export function tuneCompilers(size: number): void {
  if (size < someWork || size > muchWork) return;
  set("--no-turbofan");
  isTuned = true;
}

/** What is cached of our code is good only for the flags it was loaded under. */
export function restoreCompilers(): void {
  if (isTuned) set("--turbofan");
}
