import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ReceivedRequest, type Receiver, startReceiver } from '@hookline/testkit';
import { Webhook as SvixWebhook } from 'svix';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';
import { verifyPlain, verifyStandard } from '../support/verify-request.ts';

const PYTHON_SNIPPET = fileURLToPath(new URL('../support/verify_plain.py', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn('signatures.test.ts: there is no python3 here, so its snippet is not tried');

let harness: Harness;
let replica: Replica;
let receiver: Receiver;

beforeAll(async () => {
  harness = await createHarness();
  [replica, receiver] = await Promise.all([harness.startReplica(), startReceiver()]);
});
afterAll(async () => {
  await receiver.close();
  await harness.stop();
});

type Verify = (request: ReceivedRequest, secret: string) => boolean;

const passes = (verify: () => unknown): boolean => {
  try {
    verify();
    return true;
  } catch {
    return false;
  }
};

const verifiers: [name: string, verify: Verify][] = [
  ['standardwebhooks', (request, secret) => passes(() => verifyStandard(request, secret))],
  [
    'svix',
    ({ body, headers }, secret) =>
      passes(() => new SvixWebhook(secret).verify(body, headers as Record<string, string>)),
  ],
  ['the plain check in Node', verifyPlain],
];
if (hasPython) {
  verifiers.push([
    'the plain check in Python',
    ({ body, headers }, secret) => {
      const [signature, timestamp] = [headers['x-webhook-signature'], headers['x-webhook-timestamp']];
      const args = [PYTHON_SNIPPET, secret, String(signature), String(timestamp)];
      const { status } = spawnSync('python3', args, { input: body });
      if (status !== 0 && status !== 1) throw new Error(`the snippet ended with ${status}`);
      return status === 0;
    },
  ]);
}

const bodies: [name: string, payload: string][] = [
  ['text', '"plain text"'],
  ['an object with spaces that are nobody’s', '{ "a" : 1,\n\t"b":[ ] }'],
  ['UTF-8, and escapes for the same', '{"a":"ключ 🦔 \u2028 é e\u0301","b":"\\u00e9\\ud83e\\udd94"}'],
  [
    'numbers beyond 2^53, and forms of 1',
    '[9007199254740993123,-0,1.0,1e0,0.1000000000000000055511151231257827]',
  ],
  ['a key twice', '{"a":1,"a":2,"__proto__":3}'],
  ['1 MB', JSON.stringify({ text: 'ä"\\\n'.repeat(180_000) })],
];

describe('each verification accepts the bytes that were sent, and no others', () => {
  test.each(bodies)('%s', async (_name, payload) => {
    const tenant = newTenant();
    const { secret } = await replica.createEndpoint(tenant, receiver.url, { timeoutSeconds: 10 });
    const id = await harness.publish({ tenant, payload });
    const isIt = ({ headers }: ReceivedRequest) => headers['webhook-id'] === id;
    const request = (await receiver.waitFor((all) => all.some(isIt))).find(isIt) as ReceivedRequest;
    expect(request.body.includes(payload)).toBe(true);

    const changed = Buffer.from(request.body);
    changed[changed.length - 2] = (changed[changed.length - 2] ?? 0) ^ 1;
    const later = { ...request.headers, 'webhook-timestamp': '1', 'x-webhook-timestamp': '1' };
    for (const [name, verify] of verifiers) {
      expect([name, verify(request, secret)]).toEqual([name, true]);
      expect([name, verify({ ...request, body: changed }, secret)]).toEqual([name, false]);
      expect([name, verify({ ...request, headers: later }, secret)]).toEqual([name, false]);
      expect([name, verify(request, `whsec_${'A'.repeat(43)}=`)]).toEqual([name, false]);
    }
  });
});
