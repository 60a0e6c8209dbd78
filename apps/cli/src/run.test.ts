import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatApiKey } from '@hookline/contracts';
import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
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

describe('a verb for everything that matches', () => {
  const argv = ['deliveries', 'cancel-all', '--status', 'failed', '--reason', 'gone'];

  /** A gateway that answers bulk calls, and keeps their bodies. */
  async function startBulkGateway(preview: object) {
    const bodies: unknown[] = [];
    const server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      const body = JSON.parse(text) as { dryRun?: boolean };
      bodies.push(body);
      const data = body.dryRun === true ? { dryRun: true, ...preview } : { id: 'blk_1', status: 'running' };
      response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { bodies, env: { HOOKLINE_URL: url, HOOKLINE_KEY: 'hl_test' } };
  }
  const body = { action: 'cancel', filter: { status: 'failed' }, reason: 'gone' };
  const preview = { total: 3, totalExact: true, wouldChange: 2 };

  test('asks on a terminal with the number of a dry run, and guards the call by its count', async () => {
    const gateway = await startBulkGateway(preview);
    const { code, err } = await hookline(argv, { env: gateway.env, isTty: true, input: 'y' });
    expect(code).toBe(0);
    expect(gateway.bodies).toEqual([
      { ...body, dryRun: true },
      { ...body, expectedCount: 3 },
    ]);
    expect(err).toContain('"hookline bulk-jobs get blk_1" shows the progress.');
  });

  test.each([
    ['the answer is not yes', preview, '', 'Nothing was changed.'],
    ['nothing matches', { total: 0, totalExact: true, wouldChange: 0 }, 'y', 'There is nothing to change.'],
  ])('changes nothing when %s', async (_, shown, input, message) => {
    const gateway = await startBulkGateway(shown);
    const { code, err } = await hookline(argv, { env: gateway.env, isTty: true, input });
    expect([code, gateway.bodies]).toEqual([0, [{ ...body, dryRun: true }]]);
    expect(err).toContain(message);
  });

  test('asks with the number of all that match where a dry run tells no other', async () => {
    const gateway = await startBulkGateway({ total: 2, totalExact: true });
    const { code, err } = await hookline(['deliveries', 'retry-all', '--event-type', 'a.*'], {
      env: gateway.env,
      isTty: true,
      input: 'yes',
    });
    expect(code).toBe(0);
    const selection = { kind: 'failed', eventType: 'a.*' };
    expect(gateway.bodies).toEqual([
      { selection, dryRun: true },
      { selection, expectedCount: 2 },
    ]);
    expect(err).toContain('"hookline replays get blk_1" shows the progress.');
  });

  test('needs --yes without a terminal, and then sends one call', async () => {
    const gateway = await startBulkGateway(preview);
    const refused = await hookline(argv, { env: gateway.env });
    expect([refused.code, gateway.bodies]).toEqual([2, []]);
    expect(refused.err).toContain('--dry-run');
    const { code } = await hookline([...argv, '--yes', '--limit', '5'], { env: gateway.env });
    expect([code, gateway.bodies]).toEqual([0, [{ ...body, limit: 5 }]]);
  });

  test('shows a dry run without a question', async () => {
    const gateway = await startBulkGateway(preview);
    const { code, out } = await hookline([...argv, '--dry-run', '--json'], { env: gateway.env });
    expect([code, gateway.bodies]).toEqual([0, [{ ...body, dryRun: true }]]);
    expect(JSON.parse(out)).toMatchObject({ dryRun: true, wouldChange: 2 });
  });

  test.each([
    [['events', 'delete-all', '--action', 'opened'], '"action":"delete","filter":{"action":"opened"}'],
    [['endpoints', 'disable-all', '--tag', 'eu'], '"action":"disable","filter":{"tag":"eu"}'],
    [['endpoints', 'release-parked-keys', '--all'], '"action":"release","filter":{},"all":true'],
    [['dead-letters', 'discard-all', '--error-code', 'dns'], '"filter":{"errorCode":"dns"}'],
    [
      ['deliveries', 'retry-all', '--endpoint-tag', 'eu', '--per-second', '5'],
      '{"selection":{"kind":"failed","endpointTag":"eu"},"perSecond":5}',
    ],
    [['connections', 'pause-all', '--provider', 'github'], '"action":"pause","filter":{"provider":"github"}'],
  ])('sends its own action and the filter of its options: %j', async (words, part) => {
    const { code, out } = await hookline([...words, '--curl'], { env: env() });
    expect(code).toBe(0);
    expect(out).toContain(part);
  });
});

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
