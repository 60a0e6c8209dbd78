import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { claimPidFile, readLivePid, writePidFile } from './pid-file.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hookline-pid-'));
  file = join(dir, 'stack.pid');
});
afterEach(() => rmSync(dir, { recursive: true }));

it('returns the pid of a live process', () => {
  writePidFile(file, process.pid);
  expect(readLivePid(file)).toBe(process.pid);
});

it('returns undefined for a pid that now belongs to another process', () => {
  writeFileSync(file, JSON.stringify({ pid: process.pid, identity: 'of an earlier process' }));
  expect(readLivePid(file)).toBeUndefined();
});

it('returns undefined for a dead process, an incomplete file and a missing file', () => {
  const { pid } = spawnSync('/bin/true');
  writePidFile(file, pid);
  expect(readLivePid(file)).toBeUndefined();
  writeFileSync(file, '{"pid":');
  expect(readLivePid(file)).toBeUndefined();
  expect(readLivePid(join(dir, 'absent.pid'))).toBeUndefined();
});

it('has one holder, which is replaced when it is dead', () => {
  expect(claimPidFile(file)).toBeUndefined();
  expect(claimPidFile(file)).toBe(process.pid);
  writeFileSync(file, JSON.stringify({ pid: process.pid, identity: 'dead' }));
  expect(claimPidFile(file)).toBeUndefined();
  expect(readdirSync(dir)).toEqual(['stack.pid']);
});
