import { expect, test } from 'vitest';
import { fitReason } from './fit-reason.ts';

test('a reason that fits into a close frame stays as it is', () => {
  for (const reason of ['', 'too slow', 'a'.repeat(123), 'ä'.repeat(61)])
    expect(fitReason(reason)).toBe(reason);
});

test.each(['a', 'ä', '€', '😀'])('a longer reason of %s is cut between characters', (character) => {
  for (let length = 123; length < 130; length++) {
    const text = 'x'.repeat(length % 4) + character.repeat(length);
    const cut = fitReason(text);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(123);
    expect(Buffer.byteLength(cut)).toBeGreaterThan(116);
    expect(cut.endsWith('…')).toBe(true);
    expect(text.startsWith(cut.slice(0, -1))).toBe(true);
  }
});
