/** Endings of names whose values are usually secret. */
const secretName =
  /(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|ACCESS_KEY|SECRET_KEY|PRIVATE_KEY|CREDENTIALS?)$/i;

/** Values that are secret whatever their name is: tokens of well-known issuers, private keys, URLs with a password. */
const secretText =
  /^(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|[sr]k_live_\w{16,})$|-----BEGIN [A-Z ]*PRIVATE KEY-----|^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@]+@/;

/** What stands in for a secret: a path, a switch, nothing. */
const harmless = /^(\/|\.{1,2}\/|file:|true$|false$|none$|\d{1,4}$|$)/i;

/** The shortest of them; a shorter text is not looked at. */
const shortestSecret = 7;

export const looksLikeSecret = (name: string, text: string): boolean =>
  (text.length >= shortestSecret && secretText.test(text.slice(0, 4096))) ||
  (secretName.test(name) && !harmless.test(text));
