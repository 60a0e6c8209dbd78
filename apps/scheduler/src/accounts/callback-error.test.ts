import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { STATUS_REASONS } from '../status/status-reasons.ts';
import { FLOW_ERRORS } from './callback-error.ts';

const page = readFileSync(new URL('../../../../docs/connections.md', import.meta.url), 'utf8');

/** The codes in the first column of the table under a heading. */
function codesUnder(heading: string): string[] {
  const [, section = ''] = page.split(`\n### ${heading}\n`);
  const [table = ''] = section.split('\n#', 1);
  return [...table.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z_]+)`/g)].map(([, code = '']) => code),
  );
}

test('docs/connections.md has each reason for which an account was not connected, once', () => {
  expect(codesUnder('Why an account was not connected').sort()).toEqual(
    ['error', ...Object.keys(FLOW_ERRORS)].sort(),
  );
});

test('docs/connections.md has the reasons of a connection that is degraded, which have words', () => {
  const [heading, ...codes] = codesUnder('What a connection lacks');
  expect([heading, ...codes]).toEqual([
    'reason',
    'app_not_installed',
    'no_refresh_token',
    'missing_scope',
    'resources_not_found',
    'watch_failing',
    'poll_failing',
    'short_lived_token',
  ]);
  for (const code of codes) expect(Object.keys(STATUS_REASONS)).toContain(code);
});
