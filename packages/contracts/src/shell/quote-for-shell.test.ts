import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { quoteForShell } from './quote-for-shell.ts';

test('a shell reads a quoted word as it was', () => {
  for (const word of ['plain', "it's", '$HOME `id` "x" \\ *', 'two\nlines', '', '~', '#'])
    expect(execFileSync('sh', ['-c', `printf %s ${quoteForShell(word)}`]).toString()).toBe(word);
});
