import {
  DEFAULT_CLIENT_SECRET,
  DEFAULT_GOOGLE_PROJECT,
  DEFAULT_SIGNING_SECRET,
  EMULATED_CLIENTS,
} from '@hookline/emulators';
import { discordPushes, gmailPushes, gmailTopic, slackPushes } from './app-pushes.ts';
import type { EmulatorsClient } from './emulators-client.ts';
import type { PlatformApp } from './platform.ts';

/** For each platform the application that the emulators have from the start. */
export const SANDBOX_CLIENT_IDS: Readonly<Record<PlatformApp['provider'], string>> = {
  github: EMULATED_CLIENTS.githubOAuthApp,
  gmail: EMULATED_CLIENTS.google,
  youtube: EMULATED_CLIENTS.google,
  slack: EMULATED_CLIENTS.slack,
  spotify: EMULATED_CLIENTS.spotify,
  discord: EMULATED_CLIENTS.discord,
};

/** Prepares these applications for the accounts that the consent pages propose. */
export async function prepareSandboxApps(emulators: EmulatorsClient): Promise<PlatformApp[]> {
  const { slack: slackClientId, discord: discordClientId } = SANDBOX_CLIENT_IDS;
  // Otherwise the bot is in no channel.
  await emulators.slack.inviteBot({ channel: 'general', clientId: slackClientId });
  const { publicKey } = await emulators.discord.publicKey({ clientId: discordClientId });
  const appOf = (provider: PlatformApp['provider']) => ({
    provider,
    clientId: SANDBOX_CLIENT_IDS[provider],
    clientSecret: DEFAULT_CLIENT_SECRET,
  });
  return [
    { ...appOf('github'), connectionSettings: { resources: ['octo-ada/hello'] } },
    {
      ...appOf('gmail'),
      appSettings: { topic: gmailTopic(DEFAULT_GOOGLE_PROJECT) },
      appPushes: gmailPushes(emulators, DEFAULT_GOOGLE_PROJECT),
    },
    appOf('youtube'),
    {
      ...appOf('slack'),
      appSettings: { distribution: 'internal' },
      appPushes: slackPushes(emulators, slackClientId, DEFAULT_SIGNING_SECRET),
    },
    appOf('spotify'),
    // Discord pushes that a person withdraws the grant, and nothing else of what is connected here.
    { ...appOf('discord'), appPushes: discordPushes(emulators, discordClientId, publicKey) },
  ];
}
