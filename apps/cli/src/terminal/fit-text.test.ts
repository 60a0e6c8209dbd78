import { expect, test } from 'vitest';
import { fitText, padText, widthOf } from './fit-text.ts';

test('wide characters take two columns, and combining marks none', () => {
  expect(['abc', '日本', '😀', 'e\u0301'].map(widthOf)).toEqual([3, 4, 2, 1]);
});

test('a text is never wider than its columns', () => {
  for (const text of ['a long text', '日本語の文', '😀😀😀😀', 'e\u0301e\u0301e\u0301'])
    for (let columns = 0; columns < 14; columns++)
      expect(widthOf(fitText(text, columns))).toBeLessThanOrEqual(columns);
  expect(fitText('a long text', 6)).toBe('a lon…');
  expect(fitText('short', 5)).toBe('short');
  expect(padText('日本', 6)).toBe('日本  ');
});
