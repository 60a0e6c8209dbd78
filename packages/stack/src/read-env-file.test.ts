import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readEnvFile } from './read-env-file.ts';

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'hookline-env-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test('a variable of the file applies unless the caller sets it', () => {
  const path = join(directory(), '.env');
  writeFileSync(path, '# ports\nINGEST_PORT=4001\nGITHUB_WEBHOOK_SECRET="a b#c"\nLOG_LEVEL=debug\n');
  expect(readEnvFile(path, { LOG_LEVEL: 'warn', HOME: '/home/me' })).toEqual({
    env: { INGEST_PORT: '4001', GITHUB_WEBHOOK_SECRET: 'a b#c', LOG_LEVEL: 'warn', HOME: '/home/me' },
    names: ['GITHUB_WEBHOOK_SECRET', 'INGEST_PORT'],
  });
});

test('a missing file sets no variables', () => {
  expect(readEnvFile(join(directory(), '.env'), { A: '1' })).toEqual({ env: { A: '1' }, names: [] });
});

test('an unreadable file causes an error that names the file', () => {
  expect(() => readEnvFile(directory(), {})).toThrow(/could not be read .*: make it readable, or remove it/);
});
