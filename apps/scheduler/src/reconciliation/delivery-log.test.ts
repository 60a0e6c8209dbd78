import { getConnectable } from '@hookline/providers';
import { expect, test } from 'vitest';
import { readDelivery, reasonOf, toDeliveries, toLogEntry } from './delivery-log.ts';

const [hook] = getConnectable('github')?.watches ?? [];
const log = hook?.deliveries;
if (log === undefined) throw new Error('GitHub has a log of deliveries');

const read = (value: unknown) => ({ value, bytes: Buffer.from(JSON.stringify(value)) });

const item = (id: number, guid: string, status: number, more: object = {}) => ({
  id,
  guid,
  status_code: status,
  status: status === 0 ? 'Invalid HTTP Response: 0' : 'OK',
  delivered_at: '2026-12-01T10:00:00Z',
  ...more,
});

test('the attempts of one delivery are one, the last counts, and one success is enough', () => {
  const entries = [item(9, 'a', 502), item(10, 'b', 200), item(11, 'a', 200), item(12, 'c', 0)].map((each) =>
    toLogEntry(read(each), log),
  );
  const deliveries = toDeliveries(entries.filter((entry) => entry !== undefined));
  expect(deliveries.map(({ deliveryId, succeeded, last }) => [deliveryId, succeeded, last.logId])).toEqual([
    ['b', true, '10'],
    ['a', true, '11'],
    ['c', false, '12'],
  ]);
  expect(deliveries.map(reasonOf)).toEqual([
    'answered with a success, and not received',
    'answered with a success, and not received',
    'invalid http response: 0',
  ]);
});

test('a delivery is a repeat if the log of this run has no attempt of it that nobody asked for', () => {
  const repeat = { redelivery: true };
  const entries = [item(1, 'a', 502), item(2, 'a', 200, repeat), item(3, 'b', 200, repeat)].flatMap(
    (each) => toLogEntry(read(each), log) ?? [],
  );
  expect(toDeliveries(entries).map(({ deliveryId, isRepeat }) => [deliveryId, isRepeat])).toEqual([
    ['a', false],
    ['b', true],
  ]);
});

test('an entry without an id, a delivery or a time is none', () => {
  for (const wrong of [null, {}, item(1, '', 200, { guid: null }), item(1, 'a', 200, { delivered_at: 'x' })])
    expect(toLogEntry(read(wrong), log)).toBeUndefined();
});

test('a delivery of the log becomes the event and the key that ingest would have given it', () => {
  const json = {
    request: {
      headers: {
        'X-GitHub-Event': 'issues',
        'X-GitHub-Delivery': 'guid-1',
        'Content-Type': 'application/json',
      },
      payload: { action: 'opened', repository: { full_name: 'acme/api' }, issue: { id: 1 } },
    },
  };
  const [delivered] = readDelivery('github', read(json), log) ?? [];
  expect(delivered).toMatchObject({
    key: 'guid-1',
    event: { type: 'github.issues.opened', deliveryId: 'guid-1', repository: 'acme/api' },
  });
  for (const wrong of [null, {}, { request: {} }, { request: { headers: {}, payload: 7 } }])
    expect(readDelivery('github', read(wrong), log)).toBeUndefined();
});

test('ids of the log keep their digits, and a recovered payload is the bytes that the provider logged', () => {
  const payload =
    '{ "action":"opened","n":12345678901234567891, "s":"\\u00e9","repository":{"full_name":"acme/api"} }';
  const json = `{"id":9007199254740993,"guid":"guid-1","status_code":502,"delivered_at":"2026-12-01T10:00:00Z",
    "request":{"headers":{"X-GitHub-Event":"issues","X-GitHub-Delivery":"guid-1"},"payload":${payload}}}`;
  const answer = { value: JSON.parse(json) as unknown, bytes: Buffer.from(json) };
  expect(toLogEntry(answer, log)?.logId).toBe('9007199254740993');
  expect(readDelivery('github', answer, log)?.[0]?.event.payload.toString()).toBe(payload);
});
