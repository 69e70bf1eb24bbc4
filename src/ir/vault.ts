/** A vault key as it is stored on Kubernetes: keys that differ only in case or between `_` and `-` are one. */
export const vaultKeyName = (key: string): string => key.toLowerCase().replaceAll("_", "-");

/** Name of the Kubernetes Secret that holds one key of a `kubernetes-secret` vault, as the platform's readers look for it. */
export const vaultSecretName = (prefix: string, key: string): string => vaultKeyName(`${prefix}-${key}`);
