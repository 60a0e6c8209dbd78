import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { generateSecret, signWebhook } from '../../packages/signing/src/index.ts';

/** The receivers of docs/verifying-webhooks.md, which are run as they are printed there. */

const ROOT = resolve(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/verifying-webhooks.md'), 'utf8');
/** Go compiles its own library the first time, which takes a minute on two idle cores. */
const START_MS = 240_000;
const BODY =
  '{"id": "evt_1",  "type": "order.paid", "timestamp": "2026-03-01T12:00:00.000Z", "data": {"name": "Zoë ☃"}}';

/** The first block of code below a heading. */
function codeBelow(heading: string): string {
  const section = PAGE.split(/^#{2,3} /m).find((each) => each.startsWith(`${heading}\n`));
  const code = section?.match(/^```\w+\n([\s\S]*?)^```$/m)?.[1];
  if (code === undefined) throw new Error(`docs/verifying-webhooks.md has no code below ${heading}`);
  return code;
}

interface Receiver {
  heading: string;
  file: string;
  /** The commands that must be there. */
  needs: string[];
  start: (file: string, port: number) => [command: string, args: string[]];
  env?: Record<string, string>;
  /** Whether it verifies the plain signature as well. */
  isPlainAccepted?: boolean;
}

const node = (heading: string): Receiver => ({
  heading,
  file: 'receiver.mjs',
  needs: [],
  start: (file) => [process.execPath, ['--conditions=@hookline/source', file]],
  isPlainAccepted: true,
});

const RECEIVERS: Receiver[] = [
  node('Node'),
  node('Express'),
  node('Fastify'),
  node('Hono'),
  {
    heading: 'Python',
    file: 'receiver.py',
    needs: ['python3'],
    start: (file) => ['python3', [file]],
    env: { PYTHONPATH: join(ROOT, 'clients/python/src'), PYTHONDONTWRITEBYTECODE: '1' },
    isPlainAccepted: true,
  },
  { heading: 'Go', file: 'receiver.go', needs: ['go'], start: (file) => ['go', ['run', file]] },
  { heading: 'Java', file: 'Receiver.java', needs: ['java'], start: (file) => ['java', [file]] },
  {
    heading: 'PHP',
    file: 'receiver.php',
    needs: ['php'],
    start: (file, port) => ['php', ['-S', `127.0.0.1:${port}`, file]],
  },
];

function isThere(command: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

interface SentWebhook {
  headers: Record<string, string>;
  body: string;
}

function webhook(secrets: string[], ageSeconds = 0): SentWebhook {
  const timestampSeconds = Math.floor(Date.now() / 1_000) - ageSeconds;
  const signed = signWebhook({
    id: 'evt_1',
    type: 'order.paid',
    timestampSeconds,
    secrets,
    body: [Buffer.from(BODY)],
  });
  return { headers: { ...signed, 'content-type': 'application/json' }, body: BODY };
}

const only = ({ headers, body }: SentWebhook, prefix: string): SentWebhook => ({
  headers: Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith(prefix) || name === 'content-type'),
  ),
  body,
});

/** Right and wrong requests, with the status that each must get. */
function requests(
  secret: string,
  isPlainAccepted: boolean,
): [name: string, webhook: SentWebhook, status: number][] {
  const right = webhook([secret]);
  const changed = (headers: Record<string, string>) => ({
    ...right,
    headers: { ...right.headers, ...headers },
  });
  const without = (name: string) => {
    const { [name]: _, ...headers } = right.headers;
    return { ...right, headers };
  };
  return [
    ['a right one', right, 204],
    ['one without the plain signature', only(right, 'webhook-'), 204],
    ['one during a rotation', webhook([generateSecret(), secret]), 204],
    ['one with the plain signature alone', only(right, 'x-webhook-'), isPlainAccepted ? 204 : 401],
    ['one with another body', { ...right, body: BODY.replace('Zoë', 'Zoe') }, 401],
    ['one that was printed again', { ...right, body: JSON.stringify(JSON.parse(BODY)) }, 401],
    ['one of another secret', webhook([generateSecret()]), 401],
    ['one that is ten minutes old', webhook([secret], 600), 401],
    ['one of the future', webhook([secret], -600), 401],
    ['one without an id', without('webhook-id'), 401],
    ['one without a time', without('webhook-timestamp'), 401],
    ['one without a signature', only(without('webhook-signature'), 'webhook-'), 401],
    ['one with a malformed time', changed({ 'webhook-timestamp': '1e9' }), 401],
    ['one with a malformed signature', changed({ 'webhook-signature': 'v1,' }), 401],
    ['one with the signature of another version', changed({ 'webhook-signature': 'v2,abc' }), 401],
  ];
}

async function statusOf(url: string, { headers, body }: SentWebhook): Promise<number> {
  const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(30_000) });
  await answer.arrayBuffer();
  return answer.status;
}

async function findPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

/** Starts a receiver in a process group of its own, because some start further processes. */
function startProcess(
  command: string,
  args: string[],
  env: Record<string, string>,
): { output: () => string; child: ChildProcess } {
  let output = '';
  const child = spawn(command, args, { env: { ...process.env, ...env }, detached: true });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const exited = new Promise((done) => child.once('exit', done));
  onTestFinished(async () => {
    if (child.pid !== undefined && child.exitCode === null) {
      process.kill(-child.pid, 'SIGKILL');
      await exited;
    }
  });
  return { output: () => output, child };
}

describe('the receivers of the documentation accept right webhooks and refuse all others', () => {
  for (const receiver of RECEIVERS) {
    const missing = receiver.needs.filter((command) => !isThere(command));
    const reason = missing.length > 0 ? ` (skipped: ${missing.join(', ')} is not installed)` : '';
    test.skipIf(missing.length > 0)(
      `${receiver.heading}${reason}`,
      async () => {
        // Below the client, so that its package and the frameworks are found.
        const parent = receiver.needs.length === 0 ? join(ROOT, 'packages/client/dist') : tmpdir();
        mkdirSync(parent, { recursive: true });
        const folder = mkdtempSync(join(parent, 'receiver-'));
        onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
        const file = join(folder, receiver.file);
        writeFileSync(file, codeBelow(receiver.heading));
        const port = await findPort();
        const secret = generateSecret();
        const env = { ...receiver.env, PORT: String(port), WEBHOOK_SECRET: secret };
        const { output, child } = startProcess(...receiver.start(file, port), env);
        const url = `http://127.0.0.1:${port}/`;
        const isUp = () =>
          fetch(url, { method: 'POST', body: '' }).then(
            () => true,
            () => child.exitCode !== null,
          );
        await expect.poll(isUp, { timeout: START_MS, interval: 100 }).toBe(true);

        const expected = requests(secret, receiver.isPlainAccepted ?? false);
        const found: [string, number][] = [];
        for (const [name, sent] of expected) found.push([name, await statusOf(url, sent).catch(() => 0)]);
        const message = `${receiver.heading} printed:\n${output()}`;
        expect(found, message).toEqual(expected.map(([name, , status]) => [name, status]));
      },
      START_MS + 60_000,
    );
  }

  test('Next.js, whose route handler is called with requests', async () => {
    const folder = join(ROOT, 'packages/client/dist');
    mkdirSync(folder, { recursive: true });
    const file = join(mkdtempSync(join(folder, 'receiver-')), 'route.mjs');
    onTestFinished(() => rmSync(join(file, '..'), { recursive: true, force: true }));
    writeFileSync(file, codeBelow('Next.js'));
    const secret = generateSecret();
    // In a process of its own, because it reads the environment.
    const run = `
      const { POST } = await import(${JSON.stringify(pathToFileURL(file).href)});
      const requests = JSON.parse(process.env.REQUESTS);
      const statuses = [];
      console.log = () => {};
      for (const { headers, body } of requests) {
        statuses.push((await POST(new Request('http://127.0.0.1/hooks', { method: 'POST', headers, body }))).status);
      }
      process.stdout.write(JSON.stringify(statuses));
    `;
    const expected = requests(secret, true);
    const statuses = execFileSync(
      process.execPath,
      ['--conditions=@hookline/source', '--input-type=module', '-e', run],
      {
        encoding: 'utf8',
        env: {
          ...process.env,
          WEBHOOK_SECRET: secret,
          REQUESTS: JSON.stringify(expected.map(([, sent]) => sent)),
        },
      },
    );
    expect(JSON.parse(statuses)).toEqual(expected.map(([, , status]) => status));
  });
});
