import { type ProviderApp, startGitHubApp, startSlackApp, startStripeApp } from '@hookline/demo';
import { until } from '@hookline/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import {
  type BreakableNetwork,
  createCliHome,
  type RunningCli,
  type System,
  startBreakableNetwork,
  startTestSystem,
} from '../../src/index.ts';

// `hookline listen` in front of apps that verify with the SDKs of GitHub (octokit), Stripe and Slack (Bolt). It reaches the
// gateway, and the apps, by networks that a test can break.

/** A silent connection is given up after twice this time. */
const FEED_PING_SECONDS = 2;
/** More than a silent connection and a call that hangs in it take, on a busy machine. */
const RECOVERY_MS = 200_000;
const TEST_MS = 400_000;

let system: System;

beforeAll(async () => {
  system = await startTestSystem([
    { name: 'ingest' },
    { name: 'delivery' },
    { name: 'gateway', env: { FEED_PING_SECONDS: String(FEED_PING_SECONDS) } },
  ]);
});
afterAll(() => system?.stop());

interface Scene {
  running: RunningCli;
  /** The way from `listen` to the gateway. */
  toGateway: BreakableNetwork;
  /** The ways from `listen` to the apps. */
  toApps: readonly BreakableNetwork[];
  /** Each provider sends so many webhooks, one after the other. */
  send(count: number): Promise<void>;
  /** Waits until each app has as many requests as its provider has sent, and `listen` has an answer to each. */
  arrived(): Promise<void>;
  /** Checks that each app has verified each of its webhooks once, in their order. */
  expectEachOnce(): Promise<void>;
}

async function startScene(userId: string): Promise<Scene> {
  const apps = await Promise.all([startGitHubApp(), startStripeApp(), startSlackApp()]);
  const toGateway = await startBreakableNetwork(system.stack.urls.gateway);
  const toApps = await Promise.all(apps.map(({ url }) => startBreakableNetwork(url)));
  const home = createCliHome({
    HOOKLINE_URL: new URL(toGateway.url).origin,
    HOOKLINE_KEY: system.stack.secrets.operatorKey,
  });
  const targets = apps.flatMap(({ provider }, index) => ['--forward', `${provider}.*=${toApps[index]?.url}`]);
  const running = home.start(['listen', '--user-id', userId, ...targets]);
  onTestFinished(async () => {
    running.child.kill('SIGCONT');
    await running.end('SIGKILL');
    home.remove();
    await Promise.all([toGateway, ...toApps].map((network) => network.close()));
    for (const app of apps) app.close();
  });
  const sources = await Promise.all(
    apps.map(async (app: ProviderApp) => {
      const { provider, secret } = app;
      const { url } = await system.call<{ url: string }>('POST', '/api/sources', {
        provider,
        secret,
        userId,
      });
      return { app, url, sent: [] as string[] };
    }),
  );
  await running.waitFor('ready: live');

  async function send(count: number): Promise<void> {
    await Promise.all(
      sources.map(async ({ app, url, sent }) => {
        for (let n = 0; n < count; n++) {
          const { id, status } = await app.send(url);
          expect(status).toBe(200);
          sent.push(id);
        }
      }),
    );
  }
  const arrived = async () => {
    const hasAll = () =>
      sources.every(({ app, sent }) => app.verified.length + app.refused.length >= sent.length) &&
      // A line for each answer.
      running.out.split('\n').length > sources.reduce((sum, { sent }) => sum + sent.length, 0);
    await until(hasAll, { timeoutMs: RECOVERY_MS, what: 'every webhook to arrive' }).catch((error) => {
      throw new Error(`${error.message}; listen said:\n${running.err}${running.out}`);
    });
  };
  return {
    running,
    toGateway,
    toApps,
    send,
    arrived,
    async expectEachOnce() {
      await arrived();
      // A second copy would come before these.
      await send(1);
      await arrived();
      for (const { app, sent } of sources) {
        expect([app.provider, app.refused]).toEqual([app.provider, []]);
        expect([app.provider, app.verified]).toEqual([app.provider, sent]);
      }
    },
  };
}

test(
  'every webhook arrives once at the SDK of its provider, while the local servers are down',
  async () => {
    const { running, toApps, send, arrived, expectEachOnce } = await startScene('local-servers');
    await send(2);
    // A server that ends before it answers gets the event again.
    await arrived();
    await Promise.all(toApps.map((network) => network.refuse()));
    await send(2);
    await running.waitFor(/refuses; holding \d+ events?/);
    await Promise.all(toApps.map((network) => network.accept()));
    await expectEachOnce();
  },
  TEST_MS,
);

test(
  'every webhook arrives once at the SDK of its provider, while the gateway is killed and starts again',
  async () => {
    const { running, send, expectEachOnce } = await startScene('gateway');
    await send(2);
    const gateway = system.stack.process('gateway');
    await gateway.kill();
    await running.waitFor('disconnected: ');
    await send(2);
    await gateway.ready();
    await expectEachOnce();
  },
  TEST_MS,
);

test(
  'every webhook arrives once at the SDK of its provider, while the network is cut and nobody is told',
  async () => {
    const { running, toGateway, send, expectEachOnce } = await startScene('network');
    await send(2);
    toGateway.cut();
    await send(2);
    await running.waitFor(/disconnected: nothing was received for \d+ s/, RECOVERY_MS);
    await send(2);
    toGateway.restore();
    await expectEachOnce();
  },
  TEST_MS,
);

test(
  'every webhook arrives once at the SDK of its provider, after the machine slept until the gateway gave it up, and woke in another network',
  async () => {
    const { running, toGateway, send, arrived, expectEachOnce } = await startScene('asleep');
    await send(2);
    await arrived();
    running.child.kill('SIGSTOP');
    toGateway.cut();
    await send(2);
    await until(async () => (await system.metric('gateway', 'hookline_feed_connections')) === 0, {
      timeoutMs: RECOVERY_MS,
      everyMs: 250,
      what: 'the gateway to give up the connection that answers no ping',
    });
    await send(2);
    toGateway.restore();
    running.child.kill('SIGCONT');
    await expectEachOnce();
  },
  TEST_MS,
);
