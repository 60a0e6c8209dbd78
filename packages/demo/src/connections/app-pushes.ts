import type { EmulatorsClient } from './emulators-client.ts';
import type { AppPushSetup } from './platform.ts';

const SERVICE_ACCOUNT = 'push@emulated-project.iam.gserviceaccount.com';
const AUDIENCE = 'hookline-demo';

/** A subscription of the topic `projects/<project>/topics/gmail` that pushes to the application's address. */
export function gmailPushes({ google, url }: EmulatorsClient, project: string): AppPushSetup {
  const subscription = `projects/${project}/subscriptions/gmail`;
  return {
    settings: {
      options: {
        audience: AUDIENCE,
        serviceAccountEmail: SERVICE_ACCOUNT,
        subscription,
        jwksUrl: `${url}/www.googleapis.com/oauth2/v3/certs`,
      },
    },
    async enterAddress(pushEndpoint) {
      await google.createSubscription({
        name: subscription,
        topic: gmailTopic(project),
        pushEndpoint,
        audience: AUDIENCE,
        serviceAccountEmail: SERVICE_ACCOUNT,
      });
    },
  };
}

export const gmailTopic = (project: string) => `projects/${project}/topics/gmail`;

export function slackPushes(
  { slack }: EmulatorsClient,
  clientId: string,
  signingSecret: string,
): AppPushSetup {
  return {
    settings: { secret: signingSecret },
    async enterAddress(url) {
      const { accepted } = await slack.setRequestUrl({ clientId, url });
      if (!accepted) throw new Error('Slack did not get the answer to its challenge');
    },
  };
}

export function discordPushes(
  { discord }: EmulatorsClient,
  clientId: string,
  publicKey: string,
): AppPushSetup {
  return {
    settings: { secret: publicKey },
    async enterAddress(url) {
      const { accepted } = await discord.setWebhookUrl({ clientId, url });
      if (!accepted) throw new Error('Discord did not get the answer to its ping');
    },
  };
}
