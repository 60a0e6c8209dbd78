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

test.each([['{'], ['null'], ['{}'], ['{"cursor":1}'], ['[]']])(
  'a damaged file is no position: %s',
  (text) => {
    open().write({ cursor: 'abc-12', eventId: undefined, answered: [] });
    const [file = ''] = readdirSync(folder);
    writeFileSync(join(folder, file), text);
    expect(open().read()).toBeUndefined();
  },
);
