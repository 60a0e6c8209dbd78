import { expect, test } from 'vitest';
import { factsOf, startScheduler } from '../support/start-scheduler.ts';

const RETURN = 'https://app.example.com/connected?x=1';
const APPS = {
  github: 'emulated-github-oauth-app',
  gmail: 'emulated-google-app',
  youtube: 'emulated-google-app',
  slack: 'emulated-slack-app',
  spotify: 'emulated-spotify-app',
  discord: 'emulated-discord-app',
} as const;

test('each of the six platforms is connected by its consent page, and its account and scopes are shown', async () => {
  const scene = await startScheduler();
  for (const provider of Object.keys(APPS) as (keyof typeof APPS)[]) {
    await scene.addApp(provider, APPS[provider]);
    const back = await scene.connect(provider, { returnUrl: RETURN });
    expect([provider, back.status, back.headers['location']]).toEqual([
      provider,
      302,
      expect.stringContaining('connection=con_'),
    ]);
    const facts = factsOf(back);
    expect(facts).toMatchObject({ x: '1', status: 'connected' });
    const { json } = await scene.call('GET', `/api/connections/${facts['connection']}`);
    expect(json.data).toMatchObject({
      userId: 'acme',
      provider,
      status: 'connected',
      reason: null,
      account: { id: expect.stringMatching(/./) },
    });
    expect(json.data.scopes.missing).toEqual([]);
  }
  const { json } = await scene.call('GET', '/api/connections');
  expect(json.data).toHaveLength(6);
}, 60_000);
