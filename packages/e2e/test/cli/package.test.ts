import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startReceiver } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type System, startTestSystem } from '../../src/index.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const PACKAGE = join(ROOT, 'apps/cli/dist/package');

let system: System;
let folder: string;

beforeAll(async () => {
  system = await startTestSystem([{ name: 'ingest' }, { name: 'delivery' }, { name: 'gateway' }]);
  folder = mkdtempSync(join(tmpdir(), 'hookline-packed-'));
  execFileSync(process.execPath, ['--conditions=@hookline/source', join(ROOT, 'scripts/bundle-cli.ts')]);
  npm('pack', PACKAGE, '--pack-destination', folder);
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  writeFileSync(join(folder, 'package.json'), '{"name":"empty","private":true}');
  // Offline: it has no dependencies.
  npm('install', '--offline', '--no-audit', '--no-fund', join(folder, archive));
});
afterAll(async () => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  await system?.stop();
});

function npm(...args: string[]): string {
  return execFileSync('npm', [...args, '--loglevel', 'error'], {
    cwd: folder,
    env: environment(),
    encoding: 'utf8',
  });
}

/** Runs the installed command to its end; the receiver of this process answers meanwhile. */
async function hookline(args: readonly string[], input = ''): Promise<string> {
  const running = promisify(execFile)(join(folder, 'node_modules/.bin/hookline'), args, {
    cwd: folder,
    env: environment(),
  });
  running.child.stdin?.end(input);
  return (await running).stdout;
}

const environment = () => ({ PATH: process.env['PATH'], HOME: folder });

test('the package has one file of code, no dependencies, its README and its licence', async () => {
  const installed = join(folder, 'node_modules/@hookline/cli');
  expect(readdirSync(installed).sort()).toEqual(['LICENSE', 'README.md', 'bin', 'package.json', 'samples']);
  expect(readdirSync(join(installed, 'bin'))).toEqual(['hookline.js']);
  expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
    '@hookline',
  ]);
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  expect(manifest['dependencies']).toBeUndefined();
  expect(await hookline(['--version'])).toBe(`${manifest['version']}\n`);
});

test('a new user does what the README says', async () => {
  const { gateway } = system.stack.urls;
  await hookline(['login', gateway, '--key-stdin'], system.stack.secrets.operatorKey);
  expect(await hookline(['whoami'])).toMatch(/^operator at /);
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const triggered = await hookline(['trigger', 'github', 'push', '--create-source', '--user-id', 'new-user']);
  const id = triggered.trim();
  expect(await hookline(['trigger', 'stripe', '--list'])).toMatch(/\t/);
  const listened = await hookline([
    ...['listen', '--user-id', 'new-user', '--forward', receiver.url, '--since', '10m', '--exit-after', '1'],
  ]);
  expect(listened).toContain(id);
  expect(receiver.requests[0]?.headers['x-github-event']).toBe('push');
  expect(await hookline(['journey', id, '--user-id', 'new-user'])).toContain(id);
  const listed = await hookline([
    'events',
    '--event-type',
    'github.*',
    '--limit',
    '50',
    '--user-id',
    'new-user',
  ]);
  expect(listed).toContain(id);
  expect(await hookline(['doctor'])).not.toContain('✗');
});
