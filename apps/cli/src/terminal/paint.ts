import { bold, cyan, dim, green, inverse, red, yellow } from 'yoctocolors';

const COLORS = { bold, cyan, dim, green, inverse, red, yellow };

export type Color = keyof typeof COLORS;
/** Colours a text, or leaves it as it is where colours are not wanted. */
export type Paint = (color: Color, text: string) => string;

export const plain: Paint = (_color, text) => text;
export const colored: Paint = (color, text) => COLORS[color](text);

/**
 * Whether a stream shows colours: a terminal without `NO_COLOR` (https://no-color.org), or any stream with
 * `FORCE_COLOR`.
 */
export function wantsColor(isTty: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '0') return true;
  return isTty && env['TERM'] !== 'dumb';
}
