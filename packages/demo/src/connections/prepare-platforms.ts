import { discordPushes, gmailPushes, gmailTopic, slackPushes } from './app-pushes.ts';
import type { EmulatorsClient } from './emulators-client.ts';
import type { Platform } from './platform.ts';

/** Gmail drops a notice that follows another within a second, and sends one as soon as a mailbox is watched. */
const GMAIL_NOTICE_GAP_MS = 1_100;
const EIGHT_HOURS = 28_800;
const SIX_MONTHS = 15_897_600;

/** Creates an application and an account of its own for each platform. `run` is a text that no other run has. */
export async function preparePlatforms(emulators: EmulatorsClient, run: string): Promise<Platform[]> {
  return await Promise.all([
    prepareGitHub(emulators, run),
    prepareGmail(emulators, run),
    prepareYouTube(emulators, run),
    prepareSlack(emulators, run),
    prepareSpotify(emulators, run),
    prepareDiscord(emulators, run),
  ]);
}

async function prepareGitHub({ github }: EmulatorsClient, run: string): Promise<Platform> {
  const account = `octo-${run}`;
  const repository = `${account}/hello`;
  const app = await github.createApplication({ clientId: `github-${run}`, kind: 'oauth-app' });
  // An OAuth app for which the expiry of tokens is switched on.
  await github.changeApplication({
    clientId: app.clientId,
    accessTokenSeconds: EIGHT_HOURS,
    refreshTokenSeconds: SIX_MONTHS,
  });
  await github.createAccount({ login: account });
  await github.createRepository({ repository });
  return {
    provider: 'github',
    ...app,
    account,
    connectionSettings: { resources: [repository] },
    isWatched: true,
    async push() {
      const title = `pushed ${run}`;
      await github.act({ repository, kind: 'push', title, unlisted: true });
      return { type: 'github.push', contains: title };
    },
    poll: {
      id: 'repository-events',
      async happen() {
        const title = `only listed ${run}`;
        await github.act({ repository, kind: 'issues', title, delivery: 'lost' });
        return { type: 'github.issues.opened', contains: title };
      },
    },
    upkeep: {
      outcome: 'repaired',
      async spoil() {
        for (const { id } of await github.listHooks({ repository }))
          await github.removeHook({ repository, hookId: id });
      },
    },
    revocation: {
      isPushed: false,
      withdraw: () => github.revokeAuthorization({ clientId: app.clientId, account }),
    },
  };
}

async function prepareGmail(emulators: EmulatorsClient, run: string): Promise<Platform> {
  const { google } = emulators;
  const account = `mail-${run}@example.com`;
  const project = `mail-${run}`;
  const topic = gmailTopic(project);
  const { clientId, clientSecret } = await google.createApplication({
    clientId: `gmail-${run}`,
    project,
  });
  await google.createAccount({ email: account });
  await google.createTopic({ topic });
  const add = async (pushed: boolean) => {
    const { id } = await google.addMessage({ account, subject: `Hello ${run}`, pushed });
    return { type: 'gmail.message.added', contains: `"${id}"` };
  };
  return {
    provider: 'gmail',
    clientId,
    clientSecret,
    account,
    appSettings: { topic },
    appPushes: gmailPushes(emulators, project),
    isWatched: true,
    push: () => add(true),
    pushGapMs: GMAIL_NOTICE_GAP_MS,
    poll: { id: 'history', happen: () => add(false) },
    upkeep: { outcome: 'renewed' },
    revocation: { isPushed: false, withdraw: () => google.revokeGrants({ account, clientId }) },
  };
}

async function prepareYouTube({ google }: EmulatorsClient, run: string): Promise<Platform> {
  const account = `channel-${run}@example.com`;
  const { clientId, clientSecret } = await google.createApplication({
    clientId: `youtube-${run}`,
    project: `channel-${run}`,
  });
  await google.createAccount({ email: account });
  await google.channelOf({ account });
  return {
    provider: 'youtube',
    clientId,
    clientSecret,
    account,
    isWatched: true,
    async push() {
      const { videoId } = await google.uploadVideo({ account, title: `New ${run}` });
      return { type: 'youtube.video.published', contains: videoId };
    },
    poll: {
      id: 'likes',
      async happen() {
        // The hub says nothing of likes, and of this video nothing at all.
        const { videoId } = await google.uploadVideo({ account, title: `Liked ${run}`, pushed: false });
        await google.likeVideo({ account, videoId });
        return { type: 'youtube.video.liked', contains: videoId };
      },
    },
    upkeep: { outcome: 'renewed' },
    revocation: { isPushed: false, withdraw: () => google.revokeGrants({ account, clientId }) },
  };
}

async function prepareSlack(emulators: EmulatorsClient, run: string): Promise<Platform> {
  const { slack } = emulators;
  const account = `slack-${run}`;
  const { clientId, clientSecret, signingSecret } = await slack.createApplication({
    clientId: `slack-${run}`,
    tokenRotation: true,
  });
  const team = await slack.createTeam({ name: `team-${run}` });
  await slack.createAccount({ name: account, teamId: team.id });
  const channel = await slack.createChannel({ teamId: team.id, name: `general-${run}`, members: [account] });
  await slack.inviteBot({ channel: channel.id, clientId });
  const post = async (text: string, pushed: boolean) => {
    await slack.postMessage({ channel: channel.id, account, text, pushed });
    return { type: 'slack.message', contains: text };
  };
  return {
    provider: 'slack',
    clientId,
    clientSecret,
    account,
    appSettings: { distribution: 'internal' },
    appPushes: slackPushes(emulators, clientId, signingSecret),
    isWatched: false,
    push: () => post(`pushed ${run}`, true),
    poll: { id: 'messages', happen: () => post(`only listed ${run}`, false) },
    revocation: { isPushed: true, withdraw: () => slack.revokeUser({ clientId, account }) },
  };
}

async function prepareSpotify({ spotify }: EmulatorsClient, run: string): Promise<Platform> {
  const account = `listener-${run}`;
  const app = await spotify.createApplication({ clientId: `spotify-${run}` });
  await spotify.createAccount({ id: account });
  return {
    provider: 'spotify',
    ...app,
    account,
    isWatched: false,
    poll: {
      id: 'recently-played',
      async happen() {
        const trackName = `Song ${run}`;
        await spotify.addPlays({ account, plays: [{ trackName }] });
        return { type: 'spotify.track.played', contains: trackName };
      },
    },
    revocation: {
      isPushed: false,
      withdraw: () => spotify.revokeGrants({ account, clientId: app.clientId }),
    },
  };
}

async function prepareDiscord(emulators: EmulatorsClient, run: string): Promise<Platform> {
  const { discord } = emulators;
  const account = `gamer-${run}`;
  const { clientId, clientSecret, publicKey } = await discord.createApplication({
    clientId: `discord-${run}`,
  });
  await discord.createAccount({ username: account });
  return {
    provider: 'discord',
    clientId,
    clientSecret,
    account,
    appPushes: discordPushes(emulators, clientId, publicKey),
    isWatched: false,
    poll: {
      id: 'guilds',
      async happen() {
        const guild = `Guild ${run}`;
        await discord.joinGuild({ account, guild });
        return { type: 'discord.guild.joined', contains: guild };
      },
    },
    revocation: {
      isPushed: true,
      withdraw: () => discord.deauthorize({ account, clientId }),
      pushedAs: { type: 'discord.application_deauthorized', contains: account },
    },
  };
}
