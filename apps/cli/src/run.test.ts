import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatApiKey } from '@hookline/contracts';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RecordingOptions, recordingTerminal } from '../fixtures/recording-terminal.ts';
import { COMMANDS } from './commands/command-table.ts';
import { run } from './run.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hookline-cli-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function hookline(argv: readonly string[], options: RecordingOptions = {}) {
  const terminal = recordingTerminal({ ...options, env: { HOME: home, ...options.env } });
  return { code: await run(argv, terminal, '1.2.3'), ...terminal.written };
}
/** Nobody listens at this port. */
let nowhere: string;
const env = () => ({ HOOKLINE_URL: nowhere, HOOKLINE_KEY: 'hl_test' });
beforeAll(async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  nowhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise((resolve) => server.close(resolve));
});

test('the help lists every command and every exit code, and goes to stdout', async () => {
  const { code, out, err } = await hookline(['--help']);
  expect(code).toBe(0);
  expect(err).toBe('');
  for (const { name } of COMMANDS) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
  for (const exit of [0, 1, 2, 3, 4, 5]) expect(out).toMatch(new RegExp(`^  ${exit}  `, 'm'));
});

describe('every command has a help of its own', () => {
  test.each(COMMANDS.map(({ name }) => [name]))('%s', async (name) => {
    const { code, out, err } = await hookline([name, '--help']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`Usage: hookline ${name}`);
  });
});

test('the version is one line', async () => {
  expect(await hookline(['--version'])).toEqual({ code: 0, out: '1.2.3\n', err: '' });
});

test.each([
  [['nonsense']],
  [['events', '--nonsense']],
  [['events', 'get']],
  [['events', '--status', 'lost']],
  [['listen', '--output', 'loud']],
  [['completion', 'powershell']],
])('a wrong command line is exit code 2, with nothing on stdout: %j', async (argv) => {
  const { code, out, err } = await hookline(argv);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^error: /);
});

test.each([
  [['events']],
  [['listen', '--forward', '4000']],
  [['tail']],
  [['whoami']],
  [['trigger', 'github', 'push']],
  [['journey', 'evt_1']],
  [['replay', 'evt_1']],
  [['doctor']],
])('without a key a command ends with exit code 3 and says what to do: %j', async (argv) => {
  const { code, out, err } = await hookline(argv);
  expect(code).toBe(3);
  expect(out + err).toMatch(/hookline login/);
  if (argv[0] !== 'doctor') expect(out).toBe('');
});

test.each([
  [['events']],
  [['listen', '--forward', '4000']],
  [['tail']],
  [['whoami']],
  [['queue']],
  [['doctor']],
])(
  'a gateway that is not there is exit code 4, without a claim to be ready: %j',
  async (argv) => {
    const { code, out, err } = await hookline(argv, { env: env() });
    expect(code).toBe(4);
    expect(out + err).toMatch(/cannot be reached: .*ECONNREFUSED/);
    expect(out + err).not.toMatch(/ready: live/);
  },
  30_000,
);

test('--curl prints the request and sends nothing, without the key', async () => {
  const argv = [
    'endpoints',
    'create',
    '--name',
    "it's",
    '--url',
    'http://x.test',
    '--events',
    'a.*',
    '--curl',
  ];
  const { code, out, err } = await hookline(argv, { env: env() });
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain(`curl -X POST ${nowhere}/api/webhooks `);
  expect(out).toContain('"authorization: Bearer $HOOKLINE_KEY"');
  expect(out).toContain(`'{"name":"it'\\''s","url":"http://x.test","events":["a.*"]}'`);
  expect(out).not.toContain('hl_test');
});

test.each([
  [['events', 'publish', '--user-id', 'acme', '--type', 'a.b', '--data', '{}'], '"userId":"acme"'],
  [['events', 'get', 'evt_1', '--user-id', 'acme'], '/api/webhook-events/evt_1?userId=acme'],
  [['endpoints', 'update', 'ep_1', '--user-id', 'acme', '--name', 'n'], '/api/webhooks/ep_1?userId=acme'],
  [['events', '--user-id', 'acme'], 'userId=acme'],
  [['queue', 'retry-failed', '--user-id', 'acme'], '"userId":"acme"'],
])(
  'an option behind a subcommand is of the subcommand, and global ones may be anywhere: %j',
  async (argv, part) => {
    for (const each of [
      [...argv, '--curl'],
      ['--curl', ...argv],
    ]) {
      const { code, out, err } = await hookline(each, { env: env() });
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain(part);
    }
  },
);

test('nothing is asked without a terminal', async () => {
  const { code, out, err } = await hookline(['login', nowhere]);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/There is no key/);
});

test('the address of a sign-in is an argument, and must be an address', async () => {
  const { code, err } = await hookline(['login', 'hooks.example.com', '--key-stdin'], { input: 'hl_test' });
  expect([code, err]).toEqual([
    2,
    'Error: The address must be an address such as https://hooks.example.com.\n',
  ]);
});

test('a key with a typing error is recognised without a request', async () => {
  const key = formatApiKey('tenant', 'a'.repeat(32)).replace('aaaa', 'aaab');
  const { code, err } = await hookline(['login', nowhere, '--key-stdin'], { input: key });
  expect(code).toBe(2);
  expect(err).toMatch(/typing error/);
});

test('a key that cannot be tried is not stored', async () => {
  const argv = ['login', nowhere, '--key-stdin'];
  expect((await hookline(argv, { input: 'hl_test\n' })).code).toBe(4);
  expect((await hookline(['profiles'])).err).toMatch(/There are no profiles/);
}, 30_000);

test.each([
  [['listen', '--forward', 'https://example.com', '--insecure'], /only for servers of this machine/],
  [['listen', '--forward', 'nonsense://x'], /not an address/],
  [['listen', '--since', 'yesterday', '--forward', '4000'], /--since/],
  [['replay', '--from', 'x.ndjson'], /needs --forward/],
])('listen refuses what cannot be right before it connects: %j', async (argv, message) => {
  const { code, err } = await hookline(argv, { env: env() });
  expect(err).toMatch(message);
  expect(code).toBe(2);
});

test('an id that no request can be made of is exit code 2', async () => {
  const { code, out, err } = await hookline(['events', 'get', '..'], { env: env() });
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/must not be/);
});

test('a file that cannot be written is named, without a stack trace', async () => {
  writeFileSync(join(home, 'file'), '');
  const argv = ['logout', '--all'];
  const { code, err } = await hookline(argv, { env: { XDG_CONFIG_HOME: join(home, 'file') } });
  expect(code).toBe(1);
  expect(err).toMatch(/^Error: .*file/);
  expect(err).not.toMatch(/\n\s+at /);
});

test('dev needs a checkout', async () => {
  const { code, err } = await hookline(['dev', '--directory', home]);
  expect(code).toBe(2);
  expect(err).toMatch(/There is no checkout of Hookline/);
});

test('a provider that signs with a private key gets no secret of a file', async () => {
  const { code, err } = await hookline(['trigger', 'discord', '--secret-file', 'x'], { env: env() });
  expect(code).toBe(2);
  expect(err).toMatch(/only to a source that this command makes/);
});

test('samples are listed without a gateway', async () => {
  const { code, out } = await hookline(['trigger', 'github', '--list']);
  expect(code).toBe(0);
  expect(out).toContain('push\tA push\n');
});

test.each([
  ['paypal', /publishes itself/],
  ['nobody', /no samples of nobody/],
])('a provider that cannot be signed for is said to be so: %s', async (provider, message) => {
  const { code, err } = await hookline(['trigger', provider], { env: env() });
  expect(code).toBe(1);
  expect(err).toMatch(message);
});

describe('completion', () => {
  const words = async (...typed: string[]) =>
    (await hookline(['__complete', ...typed])).out.split('\n').slice(0, -1);
  test('commands, subcommands, options and their values are completed', async () => {
    expect(await words('li')).toEqual(['listen']);
    expect(await words('events', 're')).toEqual(['request', 'retry']);
    expect(await words('events', '--sta')).toEqual(['--start-date', '--status']);
    expect(await words('events', '--status', 'p')).toEqual(['pending', 'processed', 'processing']);
    expect(await words('completion', '')).toEqual(['bash', 'fish', 'zsh']);
  });
  test('providers and their samples are completed', async () => {
    expect(await words('trigger', 'gith')).toEqual(['github']);
    expect(await words('trigger', 'github', 'pu')).toEqual(['push']);
  });
  test.each(['bash', 'zsh', 'fish'])('there is a script for %s', async (shell) => {
    expect((await hookline(['completion', shell])).out).toMatch(/hookline __complete/);
  });
});
