import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ProviderApp,
  startGitHubApp,
  startSlackApp,
  startStripeApp,
  startSvixApp,
  startTwilioApp,
} from '@hookline/demo';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type System, startTestSystem } from '../src/index.ts';

let system: System;

beforeAll(async () => {
  system = await startTestSystem([{ name: 'ingest' }, { name: 'delivery' }, { name: 'gateway' }]);
});
afterAll(() => system?.stop());

async function connect(app: ProviderApp): Promise<string> {
  onTestFinished(() => app.close());
  const { provider, secret } = app;
  const source = await system.call<{ url: string }>('POST', '/api/sources', {
    provider,
    secret,
    userId: 'acme',
  });
  await system.call('POST', '/api/webhooks', {
    name: provider,
    url: app.url,
    events: [`${provider}.*`],
    format: 'request',
    retrySchedule: [],
    userId: 'acme',
  });
  return source.url;
}

test.each([startGitHubApp, startStripeApp, startSlackApp, startTwilioApp, startSvixApp])(
  'an app that knows only the provider verifies webhooks delivered by Hookline with the provider’s SDK (%o)',
  async (startApp) => {
    const app = await startApp();
    const url = await connect(app);
    const { id, status } = await app.send(url);
    expect(status).toBe(200);
    while (app.verified.length === 0 && app.refused.length === 0) await sleep(20);
    expect(app.refused).toEqual([]);
    expect(app.verified).toEqual([id]);
  },
);
