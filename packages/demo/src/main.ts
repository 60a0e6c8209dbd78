// `npm run demo`: sends every GitHub example payload through a running Hookline and checks each webhook that arrives.
// `npm run demo -- passthrough`: see run-passthrough.ts. `npm run demo -- connections`: see run-connections.ts.
// `npm run demo -- sandbox`: see run-sandbox.ts.
import { randomBytes } from 'node:crypto';
import { createClient } from '@hookline/client';
import { checkArrivals } from './check-arrivals.ts';
import { connectHookline, hooklineHome } from './connect-hookline.ts';
import { runConnections } from './connections/run-connections.ts';
import { runSandbox } from './connections/run-sandbox.ts';
import { loadGitHubExamples } from './github-examples.ts';
import { runPassthrough } from './passthrough/run-passthrough.ts';
import { percentile } from './percentile.ts';
import { createProgressBar } from './progress-bar.ts';
import { receiveWebhooks } from './receive-webhooks.ts';
import { type SentWebhook, sendAsGitHub } from './send-github.ts';

const CONCURRENT_SENDS = 8;
const ARRIVAL_TIMEOUT_MS = 60_000;
const say = (line: string) => console.log(line);
/** Demos with a name of their own. */
const DEMOS: Readonly<Record<string, (say: (line: string) => void) => Promise<number>>> = {
  connections: runConnections,
  passthrough: runPassthrough,
  sandbox: runSandbox,
};

async function run(): Promise<number> {
  const running = await connectHookline(hooklineHome(), say);
  const receiver = await receiveWebhooks();
  const hookline = createClient({ url: running.gateway, key: running.operatorKey });
  const userId = `demo-${randomBytes(4).toString('hex')}`;
  const secret = randomBytes(24).toString('hex');
  const source = await hookline.sources.create({ provider: 'github', secret, userId });
  const endpoint = await hookline.endpoints.create({
    name: 'demo',
    url: receiver.url,
    events: ['github.*'],
    userId,
  });
  const seen = new Map<string, number>();
  const feed = hookline.feed({ filter: { userId, eventType: 'github.*' } });
  feed.on('*', ({ id }) => seen.set(id, (seen.get(id) ?? 0) + 1));
  try {
    await feed.live();
    const payloads = loadGitHubExamples();
    const types = new Set(payloads.map(({ event }) => event)).size;
    say(`Sending ${payloads.length} GitHub payloads of ${types} event types to ${source.url}`);

    const bar = createProgressBar('sent', payloads.length, process.stdout);
    const sent: SentWebhook[] = [];
    const queue = payloads.values();
    await Promise.all(
      Array.from({ length: CONCURRENT_SENDS }, async () => {
        for (const payload of queue) {
          sent.push(await sendAsGitHub(source.url, secret, payload));
          bar.set(sent.length);
        }
      }),
    );

    const expected = sent.filter(({ eventId }) => eventId !== undefined).length;
    const delivered = createProgressBar('delivered', expected, process.stdout);
    const deadline = performance.now() + ARRIVAL_TIMEOUT_MS;
    while ((receiver.arrived.size < expected || seen.size < expected) && performance.now() < deadline) {
      delivered.set(receiver.arrived.size);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    delivered.set(receiver.arrived.size);

    const differences = checkArrivals(sent, receiver.arrived, seen, endpoint.secret);
    report(sent, receiver.arrived, seen, differences);
    return differences.length === 0 ? 0 : 1;
  } finally {
    feed.close();
    receiver.close();
    await hookline.endpoints.delete(endpoint.id).catch(() => {});
    await hookline.sources.delete(source.id).catch(() => {});
    await running.release();
  }
}

function report(
  sent: readonly SentWebhook[],
  arrived: ReadonlyMap<string, readonly { arrivedAtMs: number }[]>,
  seen: ReadonlyMap<string, number>,
  differences: readonly string[],
): void {
  const accepted = sent.filter(({ eventId }) => eventId !== undefined);
  // A webhook may arrive before the provider's request has been answered; its latency counts as 0 ms.
  const latencies = accepted.flatMap(({ eventId, answeredAtMs }) =>
    (arrived.get(eventId ?? '') ?? []).map(({ arrivedAtMs }) => Math.max(0, arrivedAtMs - answeredAtMs)),
  );
  const ms = (share: number) => `${percentile(latencies, share).toFixed(1)} ms`;
  const rows: [string, string][] = [
    ['sent', String(sent.length)],
    ['accepted (2xx)', String(accepted.length)],
    ['delivered, verified, byte for byte', String([...arrived.values()].flat().length)],
    ['seen live', String([...seen.values()].reduce((sum, times) => sum + times, 0))],
    ['from 2xx to arrival, p50 / p95 / p99', `${ms(0.5)} / ${ms(0.95)} / ${ms(0.99)}`],
    ['differences', String(differences.length)],
  ];
  say('');
  for (const [name, value] of rows) say(`  ${name.padEnd(38)}${value}`);
  say('');
  for (const difference of differences.slice(0, 20)) say(`  ✗ ${difference}`);
  if (differences.length > 20) say(`  … and ${differences.length - 20} more`);
  if (differences.length === 0)
    say('Every webhook arrived once, with both valid signatures and with the bytes that were sent.');
}

try {
  process.exitCode = await (DEMOS[process.argv[2] ?? '']?.(say) ?? run());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
