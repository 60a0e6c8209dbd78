import { randomInt } from 'node:crypto';

const DIGITS = '0123456789';
const HEX = '0123456789abcdef';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';

/** Shorter texts occur in a body by chance. */
const SHORTEST = 3;

/** A random text of the same form: a UUID for a UUID, digits for digits. What is before the last `_` stays. */
export function likeText(text: string): string {
  const start = text.lastIndexOf('_') + 1;
  const rest = text.slice(start);
  const isHex = /^[0-9a-f-]+$/.test(rest) && /[a-f]/.test(rest);
  const draw = (from: string) => from.charAt(randomInt(from.length));
  const made = Array.from(rest, (character, index) => {
    if (isHex && character !== '-') return draw(HEX);
    // A number does not begin with 0.
    if (/[0-9]/.test(character)) return index === 0 ? draw(DIGITS.slice(1)) : draw(DIGITS);
    if (/[a-z]/.test(character)) return draw(LOWER);
    if (/[A-Z]/.test(character)) return draw(LOWER).toUpperCase();
    return character;
  });
  return text.slice(0, start) + made.join('');
}

/** Replacements of the ids by which an event is recognised, so that a sample can be sent again as another event. */
export function freshIds(ids: readonly string[]): ReadonlyMap<string, string> {
  return new Map(ids.filter((id) => id.length >= SHORTEST).map((id) => [id, likeText(id)]));
}

/** Replaces ids that stand alone: `12345` in `"id":12345`, not in `123456`. */
export function replaceIds(text: string, ids: ReadonlyMap<string, string>): string {
  let replaced = text;
  for (const [id, fresh] of ids) {
    let made = '';
    let from = 0;
    for (let at = replaced.indexOf(id); at !== -1; at = replaced.indexOf(id, from)) {
      const end = at + id.length;
      const isAlone = !isLetter(replaced[at - 1]) && !isLetter(replaced[end]);
      made += replaced.slice(from, at) + (isAlone ? fresh : id);
      from = end;
    }
    replaced = made + replaced.slice(from);
  }
  return replaced;
}

const isLetter = (character: string | undefined) => character !== undefined && /[A-Za-z0-9]/.test(character);
