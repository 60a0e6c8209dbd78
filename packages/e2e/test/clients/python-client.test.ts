import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findPython, type System, startTestSystem } from '../../src/index.ts';

const SOURCES = fileURLToPath(new URL('../../../../clients/python/src', import.meta.url));
const found = findPython({
  imports: 'import sys, websockets.sync.client; assert sys.version_info >= (3, 10)',
  packages: ['websockets==16.1.1'],
  name: 'python-feed',
});
const isMissing = 'missing' in found;
const name = (text: string) => (isMissing ? `${text} (skipped: ${found.missing})` : text);

let system: System;

beforeAll(async () => {
  if (isMissing) return;
  system = await startTestSystem([
    { name: 'ingest' },
    { name: 'delivery' },
    { name: 'scheduler' },
    { name: 'gateway' },
  ]);
});

afterAll(() => system?.stop());

/** Starts a program that has `hookline`, a client of the gateway. */
function start(code: string): { child: ChildProcess; lines: string[]; exited: Promise<number | null> } {
  const { urls, secrets } = system.stack;
  const prelude = `
import json, os, sys
from hookline import Hookline, HooklineError, verify, SignatureInvalid
hookline = Hookline(${JSON.stringify(urls.gateway)}, os.environ["HOOKLINE_KEY"])
`;
  const child = spawn('python' in found ? found.python : '', ['-u', '-c', prelude + code], {
    env: {
      ...process.env,
      PYTHONPATH: SOURCES,
      PYTHONDONTWRITEBYTECODE: '1',
      HOOKLINE_KEY: secrets.operatorKey,
      NO_PROXY: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise<number | null>((done) => child.once('exit', done));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const lines: string[] = [];
  let rest = '';
  child.stdout?.on('data', (chunk) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  return { child, lines, exited };
}

async function run(code: string): Promise<string[]> {
  const { lines, exited } = start(code);
  expect(await exited).toBe(0);
  return lines;
}

test.skipIf(isMissing)(
  name('the Python client publishes once under one key, lists, and names refused fields'),
  async () => {
    const [first, again, ids, error] = await run(`
first = hookline.publish("python.test", {"name": "Zoë"}, idempotency_key="python-1")
again = hookline.publish("python.test", {"name": "Zoë"}, idempotency_key="python-1")
print(json.dumps([first.id, first.duplicate]))
print(json.dumps([again.id, again.duplicate]))
for n in range(3):
    hookline.publish("python.test", n)
import time
ids = []
while len(ids) < 4:
    time.sleep(0.1)
    ids = [event["id"] for event in hookline.list("/api/webhook-events", eventType="python.test", limit=2)]
print(json.dumps(ids))
try:
    hookline.publish("not a type", {})
except HooklineError as error:
    print(json.dumps([error.code, error.status, error.details[0]["path"]]))
`);
    const [id] = JSON.parse(first as string) as [string, boolean];
    expect([JSON.parse(first as string), JSON.parse(again as string)]).toEqual([
      [id, false],
      [id, true],
    ]);
    expect(JSON.parse(ids as string)).toHaveLength(4);
    expect(JSON.parse(ids as string)[3]).toBe(id);
    expect(JSON.parse(error as string)).toEqual(['invalid_request', 400, 'body/type']);
  },
);

test.skipIf(isMissing)(
  name('the Python client verifies what delivery sends, with either signature, and refuses changes'),
  async () => {
    const arrived: { headers: IncomingHttpHeaders; body: string }[] = [];
    const receiver = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      arrived.push({ headers: request.headers, body });
      response.end();
    });
    await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
    onTestFinished(() => void receiver.close());
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const body = { name: 'python', url, events: ['python.verify'] };
    const { secret } = await system.call<{ secret: string }>('POST', '/api/webhooks', body);
    await system.call('POST', '/api/events', { type: 'python.verify', data: { name: 'Zoë ☃' } });
    await expect.poll(() => arrived.length, { timeout: 30_000 }).toBe(1);
    const [webhook] = arrived as [(typeof arrived)[number]];
    const plain = Object.fromEntries(
      Object.entries(webhook.headers).filter(([each]) => !each.startsWith('webhook-')),
    );
    const program = start(`
case = json.load(sys.stdin)
for headers in (case["headers"], case["plain"]):
    print(verify(case["body"], headers, case["secret"])["data"]["name"])
    try:
        verify(case["body"] + " ", headers, case["secret"])
    except SignatureInvalid as error:
        print(error.reason)
`);
    program.child.stdin?.end(JSON.stringify({ ...webhook, plain, secret }));
    expect(await program.exited).toBe(0);
    expect(program.lines).toEqual(['Zoë ☃', 'invalid_signature', 'Zoë ☃', 'invalid_signature']);
  },
);

test.skipIf(isMissing)(
  name('the Python feed loses and repeats nothing while the gateway is killed and started again'),
  async () => {
    const follow = (cursor: string, count: number) =>
      start(`
with hookline.feed({"eventType": "python.feed"}, cursor=${cursor === '' ? 'None' : JSON.stringify(cursor)}) as feed:
    for n, event in enumerate(feed, 1):
        print(json.dumps([event.id, event.data, event.cursor]), flush=True)
        if n == ${count}:
            break
`);
    const publish = async (data: number) =>
      (await system.call<{ id: string }>('POST', '/api/events', { type: 'python.feed', data })).id;
    // An event before the feed says when it is live: the feed starts at the cursor of the first one.
    const first = start(`
feed = hookline.feed({"eventType": "python.feed"})
for event in feed:
    print(event.cursor, flush=True)
    break
`);
    const warmUp = setInterval(() => void publish(-1).catch(() => {}), 300);
    await expect.poll(() => first.lines.length, { timeout: 60_000 }).toBe(1);
    clearInterval(warmUp);
    await first.exited;

    const published: string[] = [];
    const running = follow(first.lines[0] as string, 1_000_000);
    const seen = () =>
      running.lines
        .map((line) => JSON.parse(line) as [string, number, string])
        .filter(([, data]) => data >= 0);
    for (let n = 0; n < 20; n++) published.push(await publish(n));
    await expect.poll(() => seen().length, { timeout: 60_000 }).toBe(20);
    const gateway = system.stack.process('gateway');
    await gateway.kill();
    await gateway.ready();
    for (let n = 20; n < 40; n++) published.push(await publish(n));
    await expect.poll(() => seen().length, { timeout: 60_000 }).toBe(40);
    expect(seen().map(([id]) => id)).toEqual(published);

    // Another process continues at the cursor of the tenth event.
    const [, , cursor] = seen()[9] as [string, number, string];
    const resumed = follow(cursor, 30);
    expect(await resumed.exited).toBe(0);
    expect(resumed.lines.map((line) => JSON.parse(line)[0])).toEqual(published.slice(10));
  },
);
