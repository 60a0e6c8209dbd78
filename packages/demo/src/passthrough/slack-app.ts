import { createHmac, randomBytes } from 'node:crypto';
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { callAddress } from './call-address.ts';
import type { ProviderApp } from './provider-app.ts';
import { startApp } from './start-app.ts';

/** Slack, whose slash commands are forms, and an app that uses Bolt. */
export async function startSlackApp(): Promise<ProviderApp> {
  const secret = randomBytes(16).toString('hex');
  const verified: string[] = [];
  const refused: string[] = [];
  const receiver = new HTTPReceiver({ signingSecret: secret, endpoints: '/', logLevel: LogLevel.ERROR });
  const bolt = new App({
    receiver,
    logLevel: LogLevel.ERROR,
    authorize: () => Promise.resolve({ botId: 'B1', botUserId: 'U1' }),
  });
  bolt.command('/deploy', async ({ ack, command }) => {
    verified.push(command.trigger_id);
    await ack();
  });
  const app = await startApp((request, response) => {
    response.once('finish', () => {
      if (response.statusCode >= 300) refused.push(`answered ${response.statusCode}`);
    });
    receiver.requestListener(request, response);
  });
  return {
    ...app,
    provider: 'slack',
    sdk: '@slack/bolt',
    secret,
    verified,
    refused,
    async send(url) {
      const id = `${Date.now()}.${randomBytes(6).toString('hex')}`;
      const fields = {
        command: '/deploy',
        text: 'api to prod & back',
        trigger_id: id,
        team_id: 'T1',
        user_id: 'U1',
      };
      const body = new URLSearchParams(fields).toString();
      const timestamp = String(Math.floor(Date.now() / 1000));
      const hash = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${hash}`,
      };
      return { id, status: await callAddress(url, headers, body) };
    },
  };
}
