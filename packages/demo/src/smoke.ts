// `npm run smoke`: sends one event end to end through a running Hookline.
import { randomBytes } from 'node:crypto';
import { createApiClient } from './api-client.ts';
import { connectHookline, hooklineHome } from './connect-hookline.ts';
import { receiveWebhooks } from './receive-webhooks.ts';

const ARRIVAL_TIMEOUT_MS = 20_000;

const hookline = await connectHookline(hooklineHome(), console.log);
const receiver = await receiveWebhooks();
const call = createApiClient(hookline.gateway, hookline.operatorKey);
const userId = `smoke-${randomBytes(4).toString('hex')}`;
const endpoint = await call<{ id: string }>('POST', '/api/webhooks', {
  name: 'smoke',
  url: receiver.url,
  events: ['smoke.*'],
  userId,
});
const start = performance.now();
const { id } = await call<{ id: string }>('POST', '/api/events', {
  type: 'smoke.test',
  data: { n: 1 },
  userId,
});
const deadline = performance.now() + ARRIVAL_TIMEOUT_MS;
while (!receiver.arrived.has(id) && performance.now() < deadline)
  await new Promise((resolve) => setTimeout(resolve, 5));
const [webhook] = receiver.arrived.get(id) ?? [];
await call('DELETE', `/api/webhooks/${endpoint.id}`);
receiver.close();
await hookline.release();
if (webhook)
  console.log(`${id} arrived ${(webhook.arrivedAtMs - start).toFixed(1)} ms after it was published: ok`);
else {
  console.error(`${id} did not arrive in ${ARRIVAL_TIMEOUT_MS / 1000} s`);
  process.exitCode = 1;
}
