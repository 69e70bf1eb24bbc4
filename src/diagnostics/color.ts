const codes = { error: "1;31", warning: "1;33", strong: "1", frame: "1;34" } as const;

export type Style = keyof typeof codes;
export type Paint = (style: Style, text: string) => string;

export const painter = ({ color }: { readonly color: boolean }): Paint =>
  color ? (style, text) => (text === "" ? text : `\u001b[${codes[style]}m${text}\u001b[0m`) : (_, text) => text;
