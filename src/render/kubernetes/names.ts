import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

const longest = 63;
const hashDigits = 8;

/**
 * The parts as one DNS label: `<a>-<b>`. Where that loses information (case, `_`, `--`, length),
 * 8 digits of a hash of the original keep different originals apart.
 */
export function objectName(...parts: readonly string[]): string {
  const original = parts.join("-");
  const label = dnsLabel(original);
  if (label === original && label.length <= longest) return label;
  const kept = trimDashes(label.slice(0, longest - 1 - hashDigits)) || "alien";
  return `${kept}-${bytesToHex(sha256(utf8ToBytes(original))).slice(0, hashDigits)}`;
}

export const serviceAccountName = (stack: string, profile: string): string => objectName(stack, profile, "sa");

/** Name of the Secret with the secret values of one daemon. */
export const envSecretName = (stack: string, daemon: string): string => `${objectName(stack, daemon)}-env`;

const validLabel = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

/** The text itself where Kubernetes takes it as the value of a label, else its mangled form. */
export const labelValue = (text: string): string => (validLabel.test(text) ? text : objectName(text));

const dnsLabel = (text: string): string => trimDashes(text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"));

function trimDashes(text: string): string {
  const start = text.startsWith("-") ? 1 : 0;
  return text.endsWith("-") ? text.slice(start, -1) : text.slice(start);
}
