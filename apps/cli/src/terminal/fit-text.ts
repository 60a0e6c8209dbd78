/** How many columns a text takes. Wide characters (CJK, emoji) take two; combining marks take none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += widthOfCharacter(character);
  return width;
}

/** The text cut to a number of columns, with `…` in place of what was cut. */
export function fitText(text: string, columns: number): string {
  if (columns <= 0) return '';
  if (text.length <= columns && widthOf(text) <= columns) return text;
  let width = 0;
  let kept = '';
  for (const character of text) {
    const next = width + widthOfCharacter(character);
    if (next > columns - 1) {
      // The rest may be of no width.
      return widthOf(text) <= columns ? text : `${kept}…`;
    }
    kept += character;
    width = next;
  }
  return kept;
}

export function padText(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

const COMBINING = /^\p{Mark}$/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]$/u;

function widthOfCharacter(character: string): number {
  if (character >= ' ' && character <= '~') return 1;
  if (character === '\u200d' || character === '\ufe0f' || COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
