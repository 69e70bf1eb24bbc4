const powersOfTen: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  "": 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const powersOfTwo: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

/** A quantity as `digits` × 10^`power`, exactly. */
interface Exact {
  readonly digits: bigint;
  readonly power: number;
}

/** Whether two quantities of Kubernetes mean the same, as `1000m` and `1` do. False where one is none. */
export function sameQuantity(a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [exact(a), exact(b)];
  if (left === undefined || right === undefined) return false;
  const power = Math.min(left.power, right.power);
  return scaled(left, power) === scaled(right, power);
}

const scaled = ({ digits, power }: Exact, to: number): bigint => digits * 10n ** BigInt(power - to);

/** The server rounds what is finer than a billionth; such a text is as good as unknown. */
function exact(text: string): Exact | undefined {
  const found = /^([+-]?)(\d{1,30})?(?:\.(\d{1,30})?)?(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,2}))?$/.exec(text);
  if (found === null) return undefined;
  const [, sign, whole = "", fraction = "", suffix = "", exponent] = found;
  if (whole + fraction === "") return undefined;
  const power = (exponent === undefined ? (powersOfTen[suffix] ?? 0) : Number(exponent)) - fraction.length;
  const digits = BigInt(`${sign === "-" ? "-" : ""}${whole}${fraction}`) * 2n ** BigInt(powersOfTwo[suffix] ?? 0);
  return { digits, power };
}
