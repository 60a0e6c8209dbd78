import { DEFAULT_CLIENT_SECRET, EMULATED_CLIENTS } from '@hookline/emulators';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type ConnectionScene,
  type CountingReceiver,
  eventually,
  startConnectionScene,
  startCountingReceiver,
  waitUntilSettled,
} from '../../src/index.ts';

/** `EVENTS=3000 npm run test:e2e -- packages/e2e/test/connections/missed-webhooks.test.ts` runs the full size. */
const EVENTS = Number(process.env['EVENTS'] ?? 300);
/** Each thirtieth hook never arrives. */
const LOST_EVERY = 30;
const LOST = Math.ceil(EVENTS / LOST_EVERY);
const AT_ONCE = 20;
const CONNECTION = 'con_01KB00000000000000000000AA';
const SETTLE_MS = 600_000;

let scene: ConnectionScene;
let receiver: CountingReceiver;
/** The id of the repository whose hook is watched. */
let resource = '';

beforeAll(async () => {
  // JetStream's window is over when the log is compared: delivery's keys must recognise what arrived.
  scene = await startConnectionScene({ EVENTS_DUPLICATE_WINDOW_SECONDS: '1' });
  receiver = await startCountingReceiver();
  const { system, emulators } = scene;
  const { github } = emulators;
  await system.call('POST', '/api/webhooks', {
    name: 'all',
    url: receiver.url,
    events: ['github.push', 'github.issues', 'github.star'],
    userId: 'acme',
  });
  const { accessToken } = await github.issueToken({
    clientId: EMULATED_CLIENTS.githubApp,
    account: 'octo-ada',
    scopes: ['admin:repo_hook', 'repo'],
  });
  await scene.addApp({
    id: 'oap_1',
    provider: 'github',
    clientId: EMULATED_CLIENTS.githubApp,
    clientSecret: DEFAULT_CLIENT_SECRET,
  });
  await scene.addConnection({
    id: CONNECTION,
    provider: 'github',
    accountId: '1001',
    accountName: 'octo-ada',
    accessToken,
    settings: { resources: ['octo-ada/hello'] },
  });
  await scene.runTask(CONNECTION, 'check', 'repository-hook');
  const [hook] = await eventually(async () => {
    const listed = await system.call<{ status: string; resource: { id: string } }[]>(
      'GET',
      '/api/webhooks/list?userId=acme',
    );
    return listed[0]?.status === 'verified' ? listed : undefined;
  }, 'the ping of the hook');
  resource = hook?.resource.id ?? '';
});

afterAll(async () => {
  await receiver?.close();
  await scene?.stop();
});

test('webhooks of GitHub that never arrive are recovered from its log, and each event is delivered once', {
  timeout: 1_200_000,
}, async () => {
  const { system, emulators, rows } = scene;
  const { github } = emulators;
  const kinds = ['push', 'issues', 'star'] as const;
  let next = 0;
  let acted = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < EVENTS) {
        const n = next++;
        const { deliveries } = await github.act({
          repository: 'octo-ada/hello',
          kind: kinds[n % kinds.length] ?? 'push',
          delivery: n % LOST_EVERY === 0 ? 'failed' : 'normal',
          unlisted: true,
        });
        acted += deliveries.length;
      }
    }),
  );
  expect(acted).toBe(EVENTS);
  await waitUntilSettled(system, SETTLE_MS);
  expect(receiver.counts.size).toBe(EVENTS - LOST);

  // The log is compared once its entries are old enough.
  const counts = await eventually(async () => {
    await scene.runTask(CONNECTION, 'reconcile', 'repository-hook', resource);
    const days = await rows<{ missed: number; recovered: number; received: number; reasons: object }>(
      'select received, missed, recovered, duplicate, reasons from reconciliation_days',
    );
    const missed = days.reduce((sum, day) => sum + day.missed, 0);
    const received = days.reduce((sum, day) => sum + day.received, 0);
    // The ping is a delivery too.
    return missed >= LOST && received >= EVENTS - LOST + 1 ? days : undefined;
  }, 'the comparison of the whole log');
  await waitUntilSettled(system, SETTLE_MS);

  expect(receiver.counts.size).toBe(EVENTS);
  expect([...receiver.counts.values()].every((count) => count === 1)).toBe(true);
  expect(receiver.repeats).toBe(0);
  const total = (name: 'missed' | 'recovered' | 'received') =>
    counts.reduce((sum, day) => sum + day[name], 0);
  expect([total('received'), total('missed'), total('recovered')]).toEqual([EVENTS - LOST + 1, LOST, LOST]);
  const shown = await system.call<{ missed: number; recovered: number; reasons: Record<string, number> }[]>(
    'GET',
    `/api/connections/${CONNECTION}/reconciliation?userId=acme`,
  );
  expect(shown.reduce((sum, { recovered }) => sum + recovered, 0)).toBe(LOST);
  expect(Object.values(shown[0]?.reasons ?? {}).reduce((sum, count) => sum + count, 0)).toBe(
    shown[0]?.missed,
  );
});

test('a missed webhook that is too large to be read from the log is sent again by GitHub, once, and arrives', {
  timeout: 300_000,
}, async () => {
  const { system, emulators, rows } = scene;
  const { github } = emulators;
  const totals = async () => {
    const [sum] = await rows<Record<string, number>>(
      `select sum(received)::int as received, sum(missed)::int as missed, sum(recovered)::int as recovered
       from reconciliation_days`,
    );
    return sum ?? {};
  };
  const attempts = () => emulators.calls({ method: 'POST', path: '/attempts' }).length;
  const before = await totals();
  const arrived = receiver.counts.size;
  // What is read is longer than any webhook of GitHub.
  const tooLong = { kind: 'status', method: 'GET', path: '/deliveries/', status: 200, times: 100 } as const;
  emulators.injectFault({ ...tooLong, body: { text: 'x'.repeat(33 * 1024 * 1024) } });
  const lost = { repository: 'octo-ada/hello', kind: 'push', delivery: 'failed', unlisted: true } as const;
  await github.act(lost);

  await eventually(async () => {
    await scene.runTask(CONNECTION, 'reconcile', 'repository-hook', resource);
    return receiver.counts.size > arrived || undefined;
  }, 'the webhook that is sent again');
  // The repeat is in the log too, and is neither counted again nor asked for again.
  await github.act({ ...lost, delivery: 'normal' });
  await eventually(async () => {
    await scene.runTask(CONNECTION, 'reconcile', 'repository-hook', resource);
    return (await totals())['received'] === (before['received'] ?? 0) + 1 || undefined;
  }, 'the comparison of the rest of the log');
  emulators.clearFaults();
  await waitUntilSettled(system, SETTLE_MS);
  expect(await totals()).toEqual({
    received: (before['received'] ?? 0) + 1,
    missed: (before['missed'] ?? 0) + 1,
    recovered: (before['recovered'] ?? 0) + 1,
  });
  expect(attempts()).toBe(1);
  expect(receiver.counts.size).toBe(arrived + 2);
  expect(receiver.repeats).toBe(0);
});
