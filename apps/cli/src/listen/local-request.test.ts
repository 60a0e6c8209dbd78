import { generateSecret, verifyPlainSignature, verifyStandardWebhook } from '@hookline/signing';
import { expect, test } from 'vitest';
import { type OriginalRequest, toLocalRequest } from './local-request.ts';

const secret = generateSecret();
const original = (overrides: Partial<OriginalRequest> = {}): OriginalRequest => ({
  method: 'POST',
  pathSuffix: '',
  query: '',
  headers: [['content-type', 'application/json']],
  body: Buffer.from('{ "é": 1.0 }\n'),
  calledUrl: 'https://hooks.example.com/in/abc',
  isProviders: true,
  withheld: [],
  ...overrides,
});
const sign = () => ({
  id: 'evt_1',
  type: 'github.push',
  secret,
  timestampSeconds: Math.floor(Date.now() / 1_000),
});

test('method, path, query, headers and bytes are those of the provider', () => {
  const body = Buffer.from([0, 0xff, 0x0d, 0x0a, 0x80]);
  const request = toLocalRequest(
    original({
      method: 'PUT',
      pathSuffix: '/a%2Fb',
      query: "x=1&x=a%20b&y=it's|",
      body,
      headers: [
        ['x-twice', 'one'],
        ['x-twice', 'two'],
        ['x-hub-signature-256', 'sha256=00'],
      ],
    }),
    new URL('http://localhost:4000/hook/?own=1'),
    sign(),
  );
  expect(request.method).toBe('PUT');
  expect(request.url).toBe("http://localhost:4000/hook/a%2Fb?own=1&x=1&x=a%20b&y=it's|");
  expect(request.body).toBe(body);
  expect(request.headers.slice(0, 3)).toEqual([
    ['x-twice', 'one'],
    ['x-twice', 'two'],
    ['x-hub-signature-256', 'sha256=00'],
  ]);
});

test('both signatures of Hookline verify with the listen secret', () => {
  const { headers, body } = toLocalRequest(original(), new URL('http://localhost:4000/'), sign());
  const received = Object.fromEntries(headers);
  expect(verifyStandardWebhook({ headers: received, body: Buffer.from(body), secrets: secret }).id).toBe(
    'evt_1',
  );
  verifyPlainSignature({ headers: received, body: Buffer.from(body), secrets: secret });
});

test("a provider's own Standard Webhooks headers stay, and ours are left out as a whole", () => {
  const own = [
    ['Webhook-Id', 'msg_1'],
    ['webhook-timestamp', '1'],
    ['webhook-signature', 'v1,xx'],
  ] as const;
  const { headers } = toLocalRequest(original({ headers: own }), new URL('http://localhost:4000/'), sign());
  expect(headers.filter(([name]) => name.toLowerCase().startsWith('webhook-'))).toEqual(own);
  expect(headers.map(([name]) => name)).toContain('x-webhook-signature');
});

test("headers of the provider's connection are not forwarded", () => {
  const gone = [
    'Host',
    'content-length',
    'transfer-encoding',
    'connection',
    'accept-encoding',
    'expect',
    'te',
  ];
  const headers = gone.map((name) => [name, 'x'] as const);
  const request = toLocalRequest(original({ headers }), new URL('http://localhost:4000/'), sign());
  expect(request.headers.filter(([name]) => gone.includes(name))).toEqual([]);
});
