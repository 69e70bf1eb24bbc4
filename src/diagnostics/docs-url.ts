export const repositoryUrl = "https://github.com/alienplatform/alien-compile";

/** The page of a code in the published documentation. */
export const docsUrl = (code: string): string => `${repositoryUrl}/blob/main/docs/errors.md#${code.toLowerCase()}`;
