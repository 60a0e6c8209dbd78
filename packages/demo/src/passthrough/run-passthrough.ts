import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@hookline/client';
import { connectHookline, hooklineHome } from '../connect-hookline.ts';
import { startGitHubApp } from './github-app.ts';
import type { ProviderApp } from './provider-app.ts';
import { startSlackApp } from './slack-app.ts';
import { startStripeApp } from './stripe-app.ts';
import { startSvixApp } from './svix-app.ts';
import { startTwilioApp } from './twilio-app.ts';

const REQUESTS_EACH = 20;
const ARRIVAL_TIMEOUT_MS = 60_000;

/**
 * `npm run demo -- passthrough`: sends requests of providers through a running Hookline to apps that know nothing of
 * Hookline. Each app verifies the provider's signature with the provider's SDK.
 * @returns the exit code
 */
export async function runPassthrough(say: (line: string) => void): Promise<number> {
  const running = await connectHookline(hooklineHome(), say);
  const hookline = createClient({ url: running.gateway, key: running.operatorKey });
  const userId = `demo-${randomBytes(4).toString('hex')}`;
  const apps = await Promise.all([
    startGitHubApp(),
    startStripeApp(),
    startSlackApp(),
    startTwilioApp(),
    startSvixApp(),
  ]);
  const undo: (() => Promise<unknown>)[] = [];
  try {
    const results: AppResult[] = [];
    for (const app of apps) {
      const { provider, secret } = app;
      const source = await hookline.sources.create({ provider, secret, userId });
      undo.push(() => hookline.sources.delete(source.id));
      const endpoint = await hookline.endpoints.create({
        name: `${provider} as it came`,
        url: app.url,
        events: [`${provider}.*`],
        format: 'request',
        userId,
      });
      undo.push(() => hookline.endpoints.delete(endpoint.id));
      results.push(await tryApp(app, source.url));
    }
    report(results, say);
    return results.every(isRight) ? 0 : 1;
  } finally {
    for (const app of apps) app.close();
    for (const remove of undo) await remove().catch(() => {});
    await running.release();
  }
}

interface AppResult {
  app: ProviderApp;
  sent: number;
  accepted: number;
  verified: number;
}

async function tryApp(app: ProviderApp, url: string): Promise<AppResult> {
  const sent = await Promise.all(Array.from({ length: REQUESTS_EACH }, () => app.send(url)));
  const accepted = sent.filter(({ status }) => status >= 200 && status < 300).map(({ id }) => id);
  const arrived = () => new Set(app.verified);
  const deadline = Date.now() + ARRIVAL_TIMEOUT_MS;
  while (accepted.some((id) => !arrived().has(id)) && app.refused.length === 0 && Date.now() < deadline)
    await sleep(20);
  const verified = accepted.filter((id) => arrived().has(id)).length;
  return { app, sent: sent.length, accepted: accepted.length, verified };
}

const isRight = ({ app, sent, accepted, verified }: AppResult): boolean =>
  accepted === sent && verified === sent && app.refused.length === 0;

function report(results: readonly AppResult[], say: (line: string) => void): void {
  say('');
  say(
    `  ${'provider'.padEnd(10)}${'verified by'.padEnd(20)}${'sent'.padStart(6)}${'accepted'.padStart(10)}${'verified'.padStart(10)}`,
  );
  for (const { app, sent, accepted, verified } of results) {
    const numbers = `${String(sent).padStart(6)}${String(accepted).padStart(10)}${String(verified).padStart(10)}`;
    say(`  ${app.provider.padEnd(10)}${app.sdk.padEnd(20)}${numbers}`);
  }
  say('');
  for (const { app } of results) for (const reason of new Set(app.refused)) say(`  ✗ ${app.sdk}: ${reason}`);
  if (results.every(isRight))
    say("Every request arrived as its provider sent it: each SDK verified the provider's own signature.");
}
