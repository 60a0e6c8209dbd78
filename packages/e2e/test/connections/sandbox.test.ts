import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Browser } from '@hookline/demo';
import { EMULATED_CLIENTS } from '@hookline/emulators';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../src/index.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
/** As the consent page of each provider names it. */
const ACCOUNTS = {
  github: 'octo-ada',
  gmail: 'ada@example.com',
  youtube: 'ada@example.com',
  slack: 'slack-ada',
  spotify: 'listener-ada',
  discord: 'gamer-ada',
} as const;
/** A process that does not stop by itself is killed after 25 s. */
const PROMPT_STOP_MS = 20_000;

test('npm start with HOOKLINE_SANDBOX=true prints a link for each platform that connects an account by its consent page, and stops promptly', async () => {
  const home = mkdtempSync(join(tmpdir(), 'hookline-sandbox-'));
  // For root, Postgres runs as another user, who must be able to reach its data.
  chmodSync(home, 0o711);
  const tools = join(process.env['HOOKLINE_HOME'] ?? join(ROOT, '.hookline'), 'tools');
  mkdirSync(tools, { recursive: true });
  symlinkSync(tools, join(home, 'tools'));
  const ports = ['GATEWAY_PORT', 'INGEST_PORT', 'DELIVERY_PORT', 'SCHEDULER_PORT', 'HOOKLINE_SANDBOX_PORT'];
  const child = spawn(
    process.execPath,
    ['--conditions=@hookline/source', join(ROOT, 'packages/stack/src/start.ts')],
    {
      env: {
        ...process.env,
        ...Object.fromEntries(ports.map((name) => [name, '0'])),
        HOOKLINE_HOME: home,
        HOOKLINE_SANDBOX: 'true',
        NO_COLOR: '1',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await exited;
    rmSync(home, { recursive: true, force: true });
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });

  for (const [provider, account] of Object.entries(ACCOUNTS)) {
    const link = new RegExp(`${provider} +(http://\\S+/start\\?link=\\S+)`);
    const url = await eventually(async () => link.exec(output)?.[1], `the link of ${provider}`);
    // No address of an application: the flow ends on a page of Hookline.
    const browser = new Browser('http://127.0.0.1:1/');
    const { status, html } = await browser.decide(await browser.open(url), { account, decision: 'approve' });
    expect([provider, status, html]).toEqual([provider, 200, expect.stringContaining('<h1>Connected</h1>')]);
    const again = await browser.open(url);
    expect([provider, again.status]).toEqual([provider, 410]);
  }
  const emulators = /Emulated providers: (http\S+) /.exec(output)?.[1] ?? '';
  const withdrawn = await fetch(`${emulators}/_control/discord/deauthorize`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ account: ACCOUNTS.discord, clientId: EMULATED_CLIENTS.discord }),
  });
  // Discord got the answer of Hookline to its event.
  expect(await withdrawn.json()).toEqual({ pushed: 204 });
  const stoppedAt = performance.now();
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  expect(performance.now() - stoppedAt).toBeLessThan(PROMPT_STOP_MS);
});
