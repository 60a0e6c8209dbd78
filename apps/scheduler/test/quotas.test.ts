import type { JudgedAnswer, QuotaSpecification } from '@hookline/providers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { QuotaAnswer } from '../src/provider-api/charge-of.ts';
import { createQuotaBook } from '../src/provider-api/quota-book.ts';
import type { QuotaGroup } from '../src/provider-api/quota-groups-of.ts';
import { shiftClock } from './connection-rows.ts';
import { createHarness } from './harness.ts';

const group = (
  changes: Partial<QuotaGroup> = {},
  specification: Partial<QuotaSpecification> = {},
): QuotaGroup => ({
  key: 'test/units',
  capacity: 10,
  windowSeconds: 3_600,
  zone: null,
  cost: 1,
  specification: { id: 'units', countedBy: 'application', window: { seconds: 3_600 }, ...specification },
  ...changes,
});

const answer = (
  verdict: JudgedAnswer['verdict'],
  more: Partial<QuotaAnswer> & { retryAfterSeconds?: number } = {},
): QuotaAnswer => ({
  status: verdict === 'ok' ? 200 : 429,
  headers: more.headers ?? {},
  judged: {
    verdict,
    ...(more.retryAfterSeconds !== undefined && { retryAfterSeconds: more.retryAfterSeconds }),
  },
  ...(more.status !== undefined && { status: more.status }),
});

async function open() {
  const harness = await createHarness();
  const book = createQuotaBook(harness.openDatabase());
  const read = async (key = 'test/units') =>
    (await harness.asOwner<Record<string, unknown>>('select * from quota_groups where key = $1', [key]))[0];
  return { harness, book, read };
}

test('scheduled calls use four fifths of a quota, and calls on demand the rest', async () => {
  const { book, read } = await open();
  for (let call = 0; call < 8; call++) await book.settle(await book.reserve([group()], false), answer('ok'));
  await expect(book.reserve([group()], false)).rejects.toMatchObject({
    code: 'quota_exhausted',
    group: 'test/units',
  });
  for (let call = 0; call < 2; call++) await book.settle(await book.reserve([group()], true), answer('ok'));
  await expect(book.reserve([group()], true)).rejects.toMatchObject({ code: 'quota_exhausted' });
  expect(await read()).toMatchObject({ used: 10, reserved: 0 });
});

test('20 calls at once reserve no more than the quota has', async () => {
  const { book, read } = await open();
  const reservations = await Promise.allSettled(
    Array.from({ length: 20 }, () => book.reserve([group()], true)),
  );
  expect(reservations.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  expect(await read()).toMatchObject({ used: 0, reserved: 10 });
});

test('a call reserves in all of its groups or in none', async () => {
  const { book, read } = await open();
  const full = group({ key: 'test/full', capacity: 1 });
  await book.reserve([full], true);
  await expect(book.reserve([group(), full], true)).rejects.toMatchObject({ group: 'test/full' });
  expect(await read()).toMatchObject({ reserved: 0 });
});

test('the count of the provider wins', async () => {
  const { book, read } = await open();
  const counted = group(
    { capacity: 5_000 },
    {
      headers: { limit: 'x-ratelimit-limit', remaining: 'x-ratelimit-remaining', reset: 'x-ratelimit-reset' },
    },
  );
  const date = 'Tue, 01 Dec 2026 00:00:00 GMT';
  const headers = {
    date,
    'x-ratelimit-limit': '60',
    'x-ratelimit-remaining': '2',
    'x-ratelimit-reset': String(Date.parse(date) / 1_000 + 120),
  };
  await book.settle(await book.reserve([counted], false), answer('ok', { headers }));
  expect(await read()).toMatchObject({ capacity: 60, used: 58, reserved: 0 });
  await expect(book.reserve([counted], false)).rejects.toSatisfy(
    ({ retryAfterSeconds }) => retryAfterSeconds > 100 && retryAfterSeconds <= 120,
  );
});

test('an answer 304 costs nothing where the provider says so', async () => {
  const { book, read } = await open();
  const free = group({}, { notModifiedIsFree: true });
  await book.settle(await book.reserve([free], false), answer('not-modified', { status: 304 }));
  expect(await read()).toMatchObject({ used: 0, reserved: 0 });
  await book.settle(await book.reserve([group()], false), answer('not-modified', { status: 304 }));
  expect(await read()).toMatchObject({ used: 1 });
});

test('a 429 closes the group for its Retry-After, then the group has half of its quota, which grows again', async () => {
  const { book, harness } = await open();
  const wide = group({ capacity: 100 });
  await book.settle(await book.reserve([wide], true), answer('rate-limited', { retryAfterSeconds: 30 }));
  await expect(book.reserve([wide], true)).rejects.toSatisfy(
    ({ retryAfterSeconds }) => retryAfterSeconds > 25 && retryAfterSeconds <= 30,
  );
  const room = async (after: string) => {
    await shiftClock(harness, after);
    const later = createQuotaBook(harness.openDatabase());
    await harness.asOwner('update quota_groups set used = 0, reserved = 0');
    let calls = 0;
    while (
      calls <= 100 &&
      (await later.reserve([wide], true).then(
        () => true,
        () => false,
      ))
    )
      calls++;
    return calls;
  };
  expect(await room('31 seconds')).toBe(52);
  expect(await room('5 minutes')).toBe(75);
  expect(await room('10 minutes')).toBe(100);
});

test('a quota that nobody states is learned from the first 429', async () => {
  const { book, read } = await open();
  const unknown = group({ capacity: null });
  for (let call = 0; call < 20; call++) await book.settle(await book.reserve([unknown], false), answer('ok'));
  await book.settle(await book.reserve([unknown], false), answer('rate-limited', { retryAfterSeconds: 1 }));
  expect(await read()).toMatchObject({ capacity: 21, narrowing: 0.5 });
});

test('refusals are counted against the address of the sender, and too many of them stop the calls', async () => {
  const { book, read } = await open();
  const refusals = group({ capacity: 3, cost: 0 }, { counts: 'refusals' });
  const call = async (given: QuotaAnswer) => book.settle(await book.reserve([refusals], false), given);
  await call(answer('ok'));
  await call(answer('rate-limited', { headers: { 'x-ratelimit-scope': 'shared' } }));
  expect(await read()).toMatchObject({ used: 0 });
  for (const status of [401, 403, 429]) await call(answer('failed', { status }));
  await expect(call(answer('ok'))).rejects.toMatchObject({ code: 'quota_exhausted' });
});

test('units of a replica that dies are free again in the next window', async () => {
  const { book, harness } = await open();
  for (let call = 0; call < 10; call++) await book.reserve([group()], true);
  await shiftClock(harness, '61 minutes');
  const later = createQuotaBook(harness.openDatabase());
  await expect(later.reserve([group()], true)).resolves.toBeDefined();
});

test('a reservation of a window that has ended changes nothing in the next one', async () => {
  const { book, harness, read } = await open();
  const reservation = await book.reserve([group({ cost: 5 })], true);
  await shiftClock(harness, '61 minutes');
  const later = createQuotaBook(harness.openDatabase());
  await later.reserve([group({ cost: 2 })], true);
  await later.settle(reservation, answer('ok'));
  expect(await read()).toMatchObject({ used: 0, reserved: 2 });
});

test.each([
  ['in winter', '2026-12-01T07:30:00Z', '2026-12-01T08:00:00Z', '2026-12-02T08:00:00Z'],
  ['in summer', '2026-07-01T06:59:59Z', '2026-07-01T07:00:00Z', '2026-07-02T07:00:00Z'],
  ['on the day that has 23 hours', '2026-03-08T07:59:00Z', '2026-03-08T08:00:00Z', '2026-03-09T07:00:00Z'],
  ['on the day that has 25 hours', '2026-11-01T06:59:00Z', '2026-11-01T07:00:00Z', '2026-11-02T08:00:00Z'],
])('a quota day ends at midnight in California: %s', async (_, at, ends, endsNext) => {
  const { harness, read } = await open();
  const daily = group({ windowSeconds: null, zone: 'America/Los_Angeles', capacity: 100 });
  const setTime = async (time: string) => {
    await shiftClock(harness, `${(Date.parse(time) - Date.now()) / 1_000} seconds`);
    return createQuotaBook(harness.openDatabase());
  };
  const before = await setTime(at);
  await before.reserve([daily], false);
  await expect((await setTime(at)).reserve([daily], false)).resolves.toBeDefined();
  expect(await read()).toMatchObject({ window_ends_at: new Date(ends), reserved: 2 });
  const after = await setTime(new Date(Date.parse(ends) + 1_000).toISOString());
  await after.reserve([daily], false);
  expect(await read()).toMatchObject({ window_ends_at: new Date(endsNext), reserved: 1 });
});

test('whatever calls do, no window has more units than the quota', async () => {
  const { harness, book } = await open();
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          cost: fc.integer({ min: 1, max: 7 }),
          onDemand: fc.boolean(),
          outcome: fc.constantFrom('ok', 'not-modified', 'lost', 'open'),
        }),
        { minLength: 1, maxLength: 30 },
      ),
      async (calls) => {
        await harness.asOwner('delete from quota_groups');
        const fresh = createQuotaBook(harness.openDatabase());
        await Promise.all(
          calls.map(async ({ cost, onDemand, outcome }) => {
            const reservation = await fresh
              .reserve([group({ cost, capacity: 40 })], onDemand)
              .catch(() => undefined);
            if (reservation === undefined || outcome === 'open') return;
            const given =
              outcome === 'lost'
                ? undefined
                : answer(outcome === 'ok' ? 'ok' : 'not-modified', { status: 304 });
            await fresh.settle(reservation, given);
          }),
        );
        const [row] = await harness.asOwner<{ total: number }>(
          'select used + reserved as total from quota_groups',
        );
        expect(row?.total ?? 0).toBeLessThanOrEqual(40);
      },
    ),
    { numRuns: 15 },
  );
  expect(book).toBeDefined();
});
