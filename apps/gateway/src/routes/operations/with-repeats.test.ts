import { expect, test } from 'vitest';
import { withRepeats } from './with-repeats.ts';

test.each([
  [0, 'Received'],
  [1, 'Received; received once more and not delivered again'],
  [3, 'Received; received 3 more times and not delivered again'],
])('%i repeats are told at the end of the sentence', (repeats, sentence) => {
  expect(withRepeats('Received', repeats)).toBe(sentence);
});
