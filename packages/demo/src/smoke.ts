// `npm run smoke`: sends one event end to end through a running Hookline.
import { randomBytes } from 'node:crypto';
import { createClient } from '@hookline/client';
import { connectHookline, hooklineHome } from './connect-hookline.ts';
import { receiveWebhooks } from './receive-webhooks.ts';

const ARRIVAL_TIMEOUT_MS = 20_000;

const running = await connectHookline(hooklineHome(), console.log);
const receiver = await receiveWebhooks();
const hookline = createClient({ url: running.gateway, key: running.operatorKey });
const userId = `smoke-${randomBytes(4).toString('hex')}`;
const endpoint = await hookline.endpoints.create({
  name: 'smoke',
  url: receiver.url,
  events: ['smoke.*'],
  userId,
});
const start = performance.now();
const { id } = await hookline.events.publish({ type: 'smoke.test', data: { n: 1 }, userId });
const deadline = performance.now() + ARRIVAL_TIMEOUT_MS;
while (!receiver.arrived.has(id) && performance.now() < deadline)
  await new Promise((resolve) => setTimeout(resolve, 5));
const [webhook] = receiver.arrived.get(id) ?? [];
await hookline.endpoints.delete(endpoint.id);
receiver.close();
await running.release();
if (webhook)
  console.log(`${id} arrived ${(webhook.arrivedAtMs - start).toFixed(1)} ms after it was published: ok`);
else {
  console.error(`${id} did not arrive in ${ARRIVAL_TIMEOUT_MS / 1000} s`);
  process.exitCode = 1;
}
