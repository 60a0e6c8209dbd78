import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCursorStore } from './cursor-store.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'hookline-cli-')), 'cursors');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const open = (account = 'default', provider = 'github') =>
  openCursorStore(folder, { account, filters: [{ provider }] });

test('a position is kept for an account and a filter, readable for its owner only', () => {
  expect(open().read()).toBeUndefined();
  const position = { cursor: 'abc-12', eventId: 'evt_1', answered: ['evt_1', 'evt_3'] };
  open().write(position);
  expect(open().read()).toEqual(position);
  expect(open('other').read()).toBeUndefined();
  expect(open('default', 'stripe').read()).toBeUndefined();
  const [file = ''] = readdirSync(folder);
  expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
});

test('one process at a time keeps the position, and one that was killed keeps it from nobody', async () => {
  const release = open().claim();
  expect(release).toBeDefined();
  const [file = ''] = readdirSync(folder).filter((name) => name.endsWith('.pid'));
  const path = join(folder, file);
  // The process that started this one runs.
  writeFileSync(path, String(process.ppid));
  expect(open().claim()).toBeUndefined();
  const killed = spawn(process.execPath, ['-e', '']);
  await once(killed, 'exit');
  writeFileSync(path, String(killed.pid));
  const again = open().claim();
  again?.();
  expect(readdirSync(folder)).toEqual([]);
});

test.each([['{'], ['null'], ['{}'], ['{"cursor":1}'], ['[]']])(
  'a damaged file is no position: %s',
  (text) => {
    open().write({ cursor: 'abc-12', eventId: undefined, answered: [] });
    const [file = ''] = readdirSync(folder);
    writeFileSync(join(folder, file), text);
    expect(open().read()).toBeUndefined();
  },
);
