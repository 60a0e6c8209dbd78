import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changeConfig, isReadableByOthers, readConfig } from './config-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hookline-cli-'));
  path = join(folder, 'hookline', 'config.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const signIn = () =>
  changeConfig(path, (config) => {
    config.profiles['default'] = { url: 'https://hooks.example.com', key: 'hl_test' };
  });

test('without a file there are no profiles', () => {
  expect(readConfig(path)).toEqual({ profiles: {} });
});

test('only its owner can read the file, also if the file was open to others before', () => {
  signIn();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'hookline')).mode & 0o777).toBe(0o700);
  chmodSync(path, 0o644);
  expect(isReadableByOthers(path)).toBe(true);
  signIn();
  expect(isReadableByOthers(path)).toBe(false);
});

test('a change keeps the fields that it does not name', () => {
  signIn();
  changeConfig(path, (config) => {
    config.profiles['other'] = { url: 'http://127.0.0.1:3000', key: 'hl_other', listenSecret: 'whsec_x' };
    config.current = 'other';
  });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
    current: 'other',
    profiles: {
      default: { url: 'https://hooks.example.com', key: 'hl_test' },
      other: { url: 'http://127.0.0.1:3000', key: 'hl_other', listenSecret: 'whsec_x' },
    },
  });
});

test.each([
  ['no JSON', 'not JSON'],
  ['a list', '[]'],
  ['no profiles', '{}'],
  ['a profile without a key', '{"profiles":{"default":{"url":"http://127.0.0.1"}}}'],
  ['a name that is a path', '{"profiles":{"../x":{"url":"http://127.0.0.1","key":"k"}}}'],
])('a damaged file is named and not replaced: %s', (_, text) => {
  signIn();
  writeFileSync(path, text);
  expect(() => readConfig(path)).toThrow(/config\.json is damaged/);
  expect(signIn).toThrow(/is damaged/);
  expect(readFileSync(path, 'utf8')).toBe(text);
});
