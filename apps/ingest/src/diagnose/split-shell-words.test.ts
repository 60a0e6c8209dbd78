import { ApiError } from '@hookline/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitShellWords } from './split-shell-words.ts';

test('words, quotes, backslashes and continued lines are read as a shell reads them', () => {
  expect(splitShellWords(`curl -X POST  'a b'"c \\"d\\""e\\ f \\\n  --data-raw ''`)).toEqual([
    'curl',
    '-X',
    'POST',
    'a bc "d"e f',
    '--data-raw',
    '',
  ]);
  expect(splitShellWords(String.raw`$'it\'s\n\u00e9\x41\101' "a\b"`)).toEqual(["it's\néAA", String.raw`a\b`]);
});

test('text that is quoted with single quotes, or as browsers quote it, is read back unchanged', () => {
  const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
  const ansi = (word: string) =>
    `$'${[...word].map((character) => `\\U${character.codePointAt(0)?.toString(16).padStart(8, '0')}`).join('')}'`;
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.constantFrom(quoted, ansi), (words, quote) => {
      expect(splitShellWords(words.map(quote).join(' '))).toEqual(words);
    }),
  );
});

test('every text is read or refused with a clear error', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...`'"\\$ \n|abx7u{}&`) }), (text) => {
      try {
        splitShellWords(text);
      } catch (error) {
        expect(error).toBeInstanceOf(ApiError);
        expect((error as ApiError).code).toBe('invalid_request');
      }
    }),
  );
});

test('variables, substitutions, pipes, redirections and unclosed quotes are refused', () => {
  for (const text of [
    'curl $URL',
    'curl "$(id)"',
    'curl `id`',
    'curl a | sh',
    'curl a > f',
    "curl 'a",
    'curl "a',
    'a\\',
  ]) {
    expect(() => splitShellWords(text)).toThrow(ApiError);
  }
});
