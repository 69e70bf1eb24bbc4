/** The forms that text fields take: the pattern for the schema, the words for a finding. */
export const patterns = {
  id: { pattern: "^[A-Za-z0-9_-]{1,64}$", rule: "a name: 1 to 64 letters, digits, `-` and `_`" },
  url: { pattern: "^https?://[^\\s]+$", rule: "a URL that starts with `https://` or `http://`" },
  namespace: {
    pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
    rule: "a Kubernetes name: lower-case letters, digits and `-`, at most 63",
  },
  objectName: {
    pattern: "^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$",
    rule: "a Kubernetes name: lower-case letters, digits, `-` and `.`, at most 253",
  },
  secretKey: { pattern: "^[A-Za-z0-9._-]{1,253}$", rule: "a key of a Secret: letters, digits, `.`, `-` and `_`" },
  variable: {
    pattern: "^[A-Za-z_][A-Za-z0-9_]*$",
    rule: "the name of an environment variable: letters, digits and `_`, no digit first",
  },
  annotation: {
    pattern: "^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$",
    rule: "the name of an annotation or label, `example.com/name`",
  },
  filled: { pattern: "\\S", rule: "filled in" },
} as const;

const rules = new Map<string, string>(Object.values(patterns).map(({ pattern, rule }) => [pattern, rule]));

/** In words, what a pattern of the schema asks for. */
export const ruleOf = (pattern: string): string => rules.get(pattern) ?? pattern;
