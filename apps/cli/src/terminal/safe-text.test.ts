import { expect, test } from 'vitest';
import { safeBlock, safeJson, safeLine } from './safe-text.ts';

const HOSTILE = 'a\u001b]0;title\u0007\u009b31m\u202egnp.exe\u0000\r\nb';

test('no control sequence of a stranger reaches the terminal', () => {
  for (const text of [safeLine(HOSTILE), safeBlock(HOSTILE), safeJson({ [HOSTILE]: HOSTILE })]) {
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  }
});

test.each([
  ['line', safeLine, 'a\\nb\\tc'],
  ['block', safeBlock, 'a\nb\tc'],
])('line ends and tabs stay in a block and are shown in a line: %s', (_, safe, expected) => {
  expect(safe('a\nb\tc')).toBe(expected);
});

test('safe JSON has the same value', () => {
  expect(JSON.parse(safeJson({ [HOSTILE]: [HOSTILE, 1, null] }, 2))).toEqual({
    [HOSTILE]: [HOSTILE, 1, null],
  });
});

test('other text stays as it is', () => {
  expect(safeLine('Grüße, 日本, 😀')).toBe('Grüße, 日本, 😀');
});
