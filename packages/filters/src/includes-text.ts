import { countWork, type Evaluation } from './evaluation.ts';

/** The engine's own search is at its best with short parts, and compares each position with the whole part at its worst. */
const SHORT = 8;
const CHEAP = 100_000;

/** Whether a text contains another, in time that grows with the length of both together, whatever they are. */
export function includesText(text: string, part: string, evaluation: Evaluation): boolean {
  if (part.length > text.length) return false;
  if (part.length <= SHORT || part.length * text.length <= CHEAP) {
    countWork(evaluation, text.length, 'characters');
    return text.includes(part);
  }
  countWork(evaluation, text.length + part.length, 'elements');
  return search(text, part);
}

/** Knuth, Morris and Pratt: no character of the text is looked at twice. */
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

/** Of each beginning of a text, the length of the longest shorter one that it ends with. */
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
