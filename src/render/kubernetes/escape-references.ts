/**
 * Text that the kubelet reads back exactly: it takes `$$` for `$` and `$(NAME)` for a reference.
 * Before a character beyond ASCII a single `$` is doubled too: there kubelets damage the text (kubernetes/kubernetes#136323).
 */
export const escapeReferences = (text: string): string =>
  text.replaceAll(/\$\$+|\$(?=[(\u0080-\uffff])/g, dollars => dollars + dollars);
