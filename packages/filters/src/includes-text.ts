import { countWork, type Evaluation } from './evaluation.ts';

/** The engine's search is fast for a short part; in the worst case it compares the whole part at each position. */
const SHORT = 8;
const CHEAP = 100_000;

/** Whether a text contains a part, in time linear in the length of both, for any text and any part. */
export function includesText(text: string, part: string, evaluation: Evaluation): boolean {
  if (part.length > text.length) return false;
  if (part.length <= SHORT || part.length * text.length <= CHEAP) {
    countWork(evaluation, text.length, 'characters');
    return text.includes(part);
  }
  countWork(evaluation, text.length + part.length, 'elements');
  return search(text, part);
}

/** The Knuth–Morris–Pratt search: it reads each character of the text once. */
function search(text: string, part: string): boolean {
  const borders = bordersOf(part);
  let matched = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    while (matched > 0 && part.charCodeAt(matched) !== code) matched = borders[matched - 1] as number;
    if (part.charCodeAt(matched) === code && ++matched === part.length) return true;
  }
  return false;
}

/** For each prefix of a text, the length of its longest border: a shorter prefix that is also its suffix. */
function bordersOf(part: string): Int32Array {
  const borders = new Int32Array(part.length);
  let length = 0;
  for (let at = 1; at < part.length; at++) {
    const code = part.charCodeAt(at);
    while (length > 0 && part.charCodeAt(length) !== code) length = borders[length - 1] as number;
    if (part.charCodeAt(length) === code) length++;
    borders[at] = length;
  }
  return borders;
}
