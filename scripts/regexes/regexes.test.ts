import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { decideRegexes } from './decide-regexes.ts';
import { findRegexes } from './find-regexes.ts';
import { findSlowReplace } from './find-slow-replace.ts';

const folder = mkdtempSync(join(tmpdir(), 'hookline-regexes-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('every form of regular expression is found, and one that is known only at run time is reported', () => {
  const constants = join(folder, 'constants.ts');
  const uses = join(folder, 'uses.ts');
  writeFileSync(constants, "export const NAME = '[a-z]+';\n");
  writeFileSync(
    uses,
    [
      "import { NAME } from './constants.ts';",
      'export const literal = /a+/g;',
      ['export const made = new RegExp(`^(', "{NAME})$`, 'i');"].join('$'),
      "export const joined = RegExp(NAME + 'x');",
      'export const schema = Type.String({ pattern: NAME });',
      "export const named = patternWith(NAME, 'a name');",
      "export const matched = 'text'.match('b+');",
      'export const unknown = (text: string) => new RegExp(text);',
      "export const unknownNamed = (text: string) => patternWith(text, 'a name');",
      'export const unknownSchema = (text: string) => Type.String({ pattern: text });',
    ].join('\n'),
  );
  const { regexes, unresolved } = findRegexes([constants, uses]);
  expect(regexes.map(({ source, flags, at }) => [source, flags, at.slice(uses.length)])).toEqual([
    ['a+', 'g', ':2'],
    ['^([a-z]+)$', 'i', ':3'],
    ['[a-z]+x', '', ':4'],
    ['[a-z]+', 'u', ':5'],
    ['[a-z]+', 'u', ':6'],
    ['b+', '', ':7'],
  ]);
  expect(unresolved).toEqual([`${uses}:8`, `${uses}:9`, `${uses}:10`]);
});

test('an expression counts as linear only if recheck has proved it', { timeout: 120_000 }, async () => {
  const verdicts = await decideRegexes([
    { source: '[\\r\\n]+$', flags: '' },
    { source: '^(a+)+$', flags: '' },
    { source: '(?<!a)b+c', flags: '' },
    { source: '^[a-z]+$', flags: '' },
  ]);
  expect(verdicts.map(({ problem }) => problem)).toEqual([
    expect.stringMatching(/^2nd degree polynomial for /),
    expect.stringMatching(/^exponential for /),
    expect.stringMatching(/^not decided: /),
    undefined,
  ]);
});

test('an expression whose single match is linear, but whose matches of a whole text are not, is found by trying texts', () => {
  expect(findSlowReplace('a(?:.*b)?', 'g')).toMatch(/^quadratic over all matches of /);
  expect(findSlowReplace('a[^ab]*b?', 'g')).toBeUndefined();
});
