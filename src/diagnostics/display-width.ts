/** Code points that take two columns of a terminal (East Asian Width W and F), first and last of each range. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x17000, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
];

const zeroWidth = /^[\p{Mn}\p{Me}\u200c\u200d]/u;
const emoji = /^\p{Emoji_Presentation}/u;
/** Two of them make one flag of two columns. */
const flagLetter = /^\p{Regional_Indicator}/u;

/** The terminal columns of a printable text. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): 0 | 1 | 2 {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x300) return 1;
  if (wide.some(([first, last]) => point >= first && point <= last)) return zeroWidth.test(character) ? 0 : 2;
  if (zeroWidth.test(character)) return 0;
  return emoji.test(character) && !flagLetter.test(character) ? 2 : 1;
}
