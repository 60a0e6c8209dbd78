import { gmailPushes, gmailTopic, slackPushes } from './app-pushes.ts';
import type { EmulatorsClient } from './emulators-client.ts';
import type { PlatformApp } from './platform.ts';

/** The secret of the applications and the signing secret of the Slack app that the emulators have from the start. */
const CLIENT_SECRET = 'emulated-client-secret';
const SLACK_SIGNING_SECRET = 'emulated-signing-secret';
const GOOGLE_PROJECT = 'emulated-project';

/** For each platform the application that the emulators have from the start. */
export const SANDBOX_CLIENT_IDS: Readonly<Record<PlatformApp['provider'], string>> = {
  github: 'emulated-github-oauth-app',
  gmail: 'emulated-google-app',
  youtube: 'emulated-google-app',
  slack: 'emulated-slack-app',
  spotify: 'emulated-spotify-app',
  discord: 'emulated-discord-app',
};

/** Prepares these applications for the accounts that the consent pages propose. */
export async function prepareSandboxApps(emulators: EmulatorsClient): Promise<PlatformApp[]> {
  const { slack: slackClientId } = SANDBOX_CLIENT_IDS;
  // Otherwise the bot is in no channel.
  await emulators.slack.inviteBot({ channel: 'general', clientId: slackClientId });
  const appOf = (provider: PlatformApp['provider']) => ({
    provider,
    clientId: SANDBOX_CLIENT_IDS[provider],
    clientSecret: CLIENT_SECRET,
  });
  return [
    { ...appOf('github'), connectionSettings: { resources: ['octo-ada/hello'] } },
    {
      ...appOf('gmail'),
      appSettings: { topic: gmailTopic(GOOGLE_PROJECT) },
      appPushes: gmailPushes(emulators, GOOGLE_PROJECT),
    },
    appOf('youtube'),
    {
      ...appOf('slack'),
      appSettings: { distribution: 'internal' },
      appPushes: slackPushes(emulators, slackClientId, SLACK_SIGNING_SECRET),
    },
    appOf('spotify'),
    appOf('discord'),
  ];
}
