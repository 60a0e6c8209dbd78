import { EMULATED_CLIENTS } from '@hookline/emulators';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { readTasks } from './connection-rows.ts';
import { createPollScene, keysOf, type PollScene } from './support/poll-scene.ts';

const GOOGLE_SCOPE = 'https://www.googleapis.com/auth/';

async function connectSpotify(scene: PollScene, id = 'con_spotify') {
  await scene.addApp({ provider: 'spotify', clientId: EMULATED_CLIENTS.spotify });
  const { accessToken } = scene.emulators.spotify.issueToken({
    clientId: EMULATED_CLIENTS.spotify,
    account: 'listener-ada',
    scopes: ['user-read-recently-played'],
  });
  await scene.connect({ id, provider: 'spotify', accountId: 'listener-ada', access: accessToken });
  return accessToken;
}

const hearTracks = ({ emulators }: PollScene, ids: string[], more: object = {}) =>
  emulators.spotify.addPlays({
    account: 'listener-ada',
    plays: ids.map((trackId, index) => ({
      trackId,
      playedAtMs: emulators.clock.nowMs() - (ids.length - index) * 1_000,
      ...more,
    })),
  });

test('Spotify: plays before the connection are the baseline, and plays after it are events', async () => {
  const scene = await createPollScene();
  hearTracks(scene, ['before']);
  await connectSpotify(scene);
  await scene.startReplica();
  await scene.ended("name = 'recently-played'", 'nothing_new');
  expect(await scene.events()).toEqual([]);
  hearTracks(scene, ['one', 'two']);
  await scene.poll('con_spotify', 'recently-played');
  const events = await scene.events();
  expect(events.map(({ payload }) => JSON.parse(Buffer.from(payload).toString()).track.id)).toEqual([
    'one',
    'two',
  ]);
  expect(events[0]?.attributes).toMatchObject({
    type: 'spotify.track.played',
    provider: 'spotify',
    source: '/spotify/listener-ada',
    via: 'poll',
    tenant: 'acme',
  });
});

test('P11: plays that the list shows late, and an answer that is suddenly empty', async () => {
  const scene = await createPollScene();
  await connectSpotify(scene);
  await scene.startReplica();
  await scene.ended("name = 'recently-played'", 'nothing_new');
  hearTracks(scene, ['late'], { visibleAfterSeconds: 60 });
  hearTracks(scene, ['prompt']);
  await scene.poll('con_spotify', 'recently-played');
  scene.emulators.spotify.answerEmptyLists({ account: 'listener-ada', times: 1 });
  await scene.poll('con_spotify', 'recently-played');
  scene.emulators.clock.advance(61_000);
  await scene.poll('con_spotify', 'recently-played');
  await scene.poll('con_spotify', 'recently-played');
  const tracks = (await scene.events()).map(
    ({ payload }) => JSON.parse(Buffer.from(payload).toString()).track.id,
  );
  expect(tracks).toEqual(['prompt', 'late']);
});

test('more plays than the list has are a gap, which is an event and an entry of the journal', async () => {
  const scene = await createPollScene();
  hearTracks(scene, ['before']);
  await connectSpotify(scene);
  await scene.startReplica();
  await scene.ended("name = 'recently-played'", 'nothing_new');
  scene.emulators.clock.advance(120_000);
  hearTracks(
    scene,
    Array.from({ length: 60 }, (_, index) => `t${index}`),
  );
  await scene.poll('con_spotify', 'recently-played');
  const gap = (await scene.events()).find(({ attributes }) => attributes.type === 'connection.gap');
  expect(JSON.parse(Buffer.from(gap?.payload ?? []).toString())).toMatchObject({
    connectionId: 'con_spotify',
    provider: 'spotify',
    poll: 'recently-played',
    reason: 'items_missed',
  });
  expect(await scene.journalOf('con_spotify')).toContainEqual(
    expect.objectContaining({ kind: 'gap', outcome: 'items_missed' }),
  );
});

test('the journal says in words what each poll did, and has no token', async () => {
  const scene = await createPollScene();
  const token = await connectSpotify(scene);
  await scene.startReplica();
  await scene.ended("name = 'recently-played'", 'nothing_new');
  hearTracks(scene, ['one']);
  await scene.poll('con_spotify', 'recently-played');
  const journal = await scene.journalOf('con_spotify');
  expect(journal.map(({ text }) => text)).toEqual([
    'recently-played: 0 new of 0 items (1 request)',
    'recently-played: 1 new of 1 item (1 request)',
  ]);
  expect(JSON.stringify(journal)).not.toContain(token);
});

test.for([
  { what: 'paused', change: "status = 'paused', reason = 'requested', pauses = '{requested}'" },
  { what: 'without a grant', change: "status = 'revoked', reason = 'revoked_at_provider'" },
  { what: 'deleted', change: 'deleted_at = hookline_now()' },
])(
  'a poll under way publishes nothing once its connection is $what, and the next one finds it',
  async ({ change }) => {
    const scene = await createPollScene();
    await connectSpotify(scene);
    await scene.startReplica();
    await scene.ended("name = 'recently-played'", 'nothing_new');
    hearTracks(scene, ['one']);
    scene.emulators.injectFault({
      kind: 'slow-body',
      provider: 'spotify',
      path: 'recently-played',
      delayMs: 2_000,
    });
    scene.emulators.clearLog();
    const polled = scene.poll('con_spotify', 'recently-played');
    await until(() => scene.emulators.calls({ path: 'recently-played' }).length === 1);
    await scene.asOwner(`update connections set ${change}`);
    expect(await polled).toMatchObject([{ last_outcome: 'connection_inactive', failures: 0 }]);
    expect(await scene.events()).toEqual([]);
    expect((await scene.journalOf('con_spotify')).at(-1)).toMatchObject({
      outcome: 'connection_inactive',
      text: expect.stringMatching(/^recently-played: not published, because the connection (is|was) /),
    });
    await scene.asOwner(
      "update connections set status = 'connected', reason = null, pauses = '{}', deleted_at = null",
    );
    await scene.poll('con_spotify', 'recently-played');
    expect(await scene.events()).toHaveLength(1);
  },
);

test('a 429 closes the quota group for all of its connections, and ends after its Retry-After', async () => {
  const scene = await createPollScene();
  await connectSpotify(scene);
  await scene.startReplica();
  await scene.ended("name = 'recently-played'", 'nothing_new');
  scene.emulators.injectFault({
    kind: 'rate-limited',
    provider: 'spotify',
    path: 'recently-played',
    retryAfterSeconds: 400,
  });
  const [task] = await scene.poll('con_spotify', 'recently-played');
  expect(task).toMatchObject({ last_outcome: 'rate_limited', failures: 0 });
  scene.emulators.clearLog();
  const [refused] = await scene.poll('con_spotify', 'recently-played');
  expect(refused).toMatchObject({ last_outcome: 'quota' });
  expect(scene.emulators.calls({ provider: 'spotify' })).toEqual([]);
});

test('a developer quota that is used up waits an hour, and the connection does not become broken', async () => {
  const scene = await createPollScene();
  await connectSpotify(scene);
  await scene.startReplica();
  await scene.ended("name = 'recently-played'", 'nothing_new');
  scene.emulators.spotify.exhaustQuota({ seconds: 7_200 });
  const [task] = await scene.poll('con_spotify', 'recently-played');
  expect(task).toMatchObject({ last_outcome: 'quota', failures: 0 });
  expect(task?.due_in).toBeGreaterThan(3_500);
  expect(await scene.statusOf('con_spotify')).toMatchObject({ status: 'connected' });
});

test('a missing scope lets only its own poll rest', async () => {
  const scene = await createPollScene();
  await scene.addApp({ provider: 'discord', clientId: EMULATED_CLIENTS.discord });
  const { id } = scene.emulators.discord.createAccount({ username: 'grace' });
  const { accessToken } = scene.emulators.discord.issueToken({
    clientId: EMULATED_CLIENTS.discord,
    account: 'grace',
    scopes: ['identify', 'guilds'],
  });
  await scene.connect({
    id: 'con_discord',
    provider: 'discord',
    accountId: id,
    access: accessToken,
    scopes: ['identify', 'guilds'],
  });
  await scene.startReplica();
  await scene.ended("name = 'guilds'", 'nothing_new');
  expect(await readTasks(scene, "name = 'connections'")).toMatchObject([{ paused_reason: 'missing_scope' }]);
});

test('a scope that the provider misses although it was granted lets the poll rest too', async () => {
  const scene = await createPollScene();
  await scene.addApp({ provider: 'spotify', clientId: EMULATED_CLIENTS.spotify });
  const { accessToken } = scene.emulators.spotify.issueToken({
    clientId: EMULATED_CLIENTS.spotify,
    account: 'listener-ada',
    scopes: [],
  });
  await scene.connect({ id: 'con_s', provider: 'spotify', accountId: 'listener-ada', access: accessToken });
  await scene.startReplica();
  const task = await scene.ended("name = 'recently-played'", 'missing_scope');
  expect(task.paused_reason).toBe('missing_scope');
  expect((await scene.journalOf('con_s'))[0]?.text).toContain('the token lacks a permission');
});

test('P10: a server that a person leaves and joins again is two events more', async () => {
  const scene = await createPollScene();
  const { discord } = scene.emulators;
  await scene.addApp({ provider: 'discord', clientId: EMULATED_CLIENTS.discord });
  const { id } = discord.createAccount({ username: 'grace' });
  discord.joinGuild({ account: 'grace', guild: 'Cats' });
  const { accessToken } = discord.issueToken({
    clientId: EMULATED_CLIENTS.discord,
    account: 'grace',
    scopes: ['identify', 'guilds', 'connections'],
  });
  await scene.connect({ id: 'con_discord', provider: 'discord', accountId: id, access: accessToken });
  await scene.startReplica();
  await scene.ended("name = 'guilds'", 'nothing_new');
  const poll = () => scene.poll('con_discord', 'guilds');
  discord.joinGuild({ account: 'grace', guild: 'Dogs' });
  await poll();
  discord.leaveGuild({ account: 'grace', guild: 'Dogs' });
  await poll();
  discord.joinGuild({ account: 'grace', guild: 'Dogs' });
  await poll();
  expect((await scene.events()).map(({ attributes }) => attributes.type)).toEqual([
    'discord.guild.joined',
    'discord.guild.left',
    'discord.guild.joined',
  ]);
});

async function connectGmail(scene: PollScene) {
  const { google } = scene.emulators;
  await scene.addApp({ provider: 'gmail', clientId: EMULATED_CLIENTS.google });
  const { id } = google.createAccount({ email: 'ada@example.net' });
  const { accessToken } = google.issueToken({
    clientId: EMULATED_CLIENTS.google,
    account: 'ada@example.net',
    scopes: [`${GOOGLE_SCOPE}gmail.readonly`],
  });
  await scene.connect({
    id: 'con_gmail',
    provider: 'gmail',
    accountId: id,
    accountName: 'ada@example.net',
    access: accessToken,
    scopes: [`${GOOGLE_SCOPE}gmail.readonly`],
  });
}

test('Gmail: one event for each message that is added, labelled or deleted', async () => {
  const scene = await createPollScene();
  const { google } = scene.emulators;
  await connectGmail(scene);
  await scene.startReplica();
  await scene.ended("name = 'history'", 'nothing_new');
  const { id } = await google.addMessage({ account: 'ada@example.net', pushed: false });
  await google.changeLabels({ account: 'ada@example.net', id, added: ['STARRED'], pushed: false });
  await google.deleteMessage({ account: 'ada@example.net', id, pushed: false });
  await scene.poll('con_gmail', 'history');
  await scene.poll('con_gmail', 'history');
  expect((await scene.events()).map(({ attributes }) => attributes.type).sort()).toEqual([
    'gmail.message.added',
    'gmail.message.deleted',
    'gmail.message.labeled',
  ]);
});

test('Gmail: a message whose notice was dropped, because another one came in the same second, is found seconds later', async () => {
  const scene = await createPollScene();
  const { google } = scene.emulators;
  await connectGmail(scene);
  await scene.startReplica();
  await scene.ended("name = 'history'", 'nothing_new');
  const [afterNotice] = await scene.poll('con_gmail', 'history');
  const dueIn = (seconds: number) =>
    scene.asOwner(
      `update connection_tasks set due_at = hookline_now() + interval '${seconds} s' where name = 'history'`,
    );
  // The follow-up waits for the message, however slow the machine is.
  await dueIn(600);
  expect(afterNotice?.due_in).toBeLessThan(4);
  await google.addMessage({ account: 'ada@example.net', pushed: false });
  await dueIn(0);
  const afterwards = await scene.ended("name = 'history'", 'new');
  expect(keysOf(await scene.events())).toHaveLength(1);
  // The run that nobody asked for is followed by none.
  expect(afterwards.due_in).toBeGreaterThan(3);
});

test('P2: a burst of mails over several pages is one event each', async () => {
  const scene = await createPollScene();
  await connectGmail(scene);
  await scene.startReplica();
  await scene.ended("name = 'history'", 'nothing_new');
  for (let index = 0; index < 620; index++) {
    await scene.emulators.google.addMessage({ account: 'ada@example.net', pushed: false });
  }
  await scene.poll('con_gmail', 'history');
  await scene.poll('con_gmail', 'history');
  const keys = keysOf(await scene.events());
  expect(new Set(keys).size).toBe(620);
  expect(keys).toHaveLength(620);
});

test('Gmail: history that is too old is made up for by a full sync without a repetition', async () => {
  const scene = await createPollScene();
  const { google } = scene.emulators;
  await connectGmail(scene);
  await scene.startReplica();
  await scene.ended("name = 'history'", 'nothing_new');
  const before = await google.addMessage({ account: 'ada@example.net', pushed: false });
  await scene.poll('con_gmail', 'history');
  const missed = await google.addMessage({ account: 'ada@example.net', pushed: false });
  google.expireHistory({ account: 'ada@example.net' });
  await scene.poll('con_gmail', 'history');
  const after = await google.addMessage({ account: 'ada@example.net', pushed: false });
  await scene.poll('con_gmail', 'history');
  const messages = (await scene.events()).map(
    ({ payload }) => JSON.parse(Buffer.from(payload).toString()).messageId,
  );
  expect(messages).toEqual([before.id, missed.id, after.id]);
});

test('YouTube: uploads and likes are events, and an unlike is none', async () => {
  const scene = await createPollScene();
  const { google } = scene.emulators;
  await scene.addApp({ provider: 'youtube', clientId: EMULATED_CLIENTS.google });
  google.createAccount({ email: 'ada@example.net' });
  google.createAccount({ email: 'ben@example.net' });
  const { channelId, uploads, likes } = google.channelOf({ account: 'ada@example.net' });
  const { accessToken } = google.issueToken({
    clientId: EMULATED_CLIENTS.google,
    account: 'ada@example.net',
    scopes: [`${GOOGLE_SCOPE}youtube.readonly`],
  });
  await scene.connect({
    id: 'con_youtube',
    provider: 'youtube',
    accountId: channelId,
    access: accessToken,
    scopes: [`${GOOGLE_SCOPE}youtube.readonly`],
    settings: { values: { channelId, uploadsPlaylistId: uploads, likesPlaylistId: likes } },
  });
  await scene.startReplica();
  await scene.ended("name = 'uploads'", 'nothing_new');
  await scene.ended("name = 'likes'", 'nothing_new');
  const own = await google.uploadVideo({ account: 'ada@example.net', title: 'Mine' });
  const other = await google.uploadVideo({ account: 'ben@example.net', title: 'Liked' });
  google.likeVideo({ account: 'ada@example.net', videoId: other.videoId });
  await scene.poll('con_youtube', 'uploads');
  await scene.poll('con_youtube', 'likes');
  google.unlikeVideo({ account: 'ada@example.net', videoId: other.videoId });
  await scene.poll('con_youtube', 'likes');
  expect(keysOf(await scene.events())).toEqual([
    `youtube.video.published published:${own.videoId}`,
    `youtube.video.liked likes:${other.videoId}`,
  ]);
});

test('Slack: the channels that the bot is in are polled, each with its own position', async () => {
  const scene = await createPollScene();
  const { slack } = scene.emulators;
  const clientId = 'internal-app';
  slack.createApplication({ clientId, name: 'Internal', distribution: 'internal' });
  await scene.addApp({
    provider: 'slack',
    clientId,
    settings: { distribution: 'internal', origins: scene.emulators.origins.slack },
  });
  const team = slack.createTeam({ name: 'Acme' });
  const ada = slack.createAccount({ name: 'ada', teamId: team.id });
  const [general, secret] = ['general', 'secret'].map((name) =>
    slack.createChannel({ teamId: team.id, name, members: [ada.id] }),
  );
  if (general === undefined || secret === undefined) throw new Error('no channel');
  const { accessToken } = slack.issueToken({
    clientId,
    account: ada.id,
    kind: 'bot',
    scopes: ['channels:read', 'channels:history'],
    facts: { teamId: team.id },
  });
  slack.inviteBot({ channel: general.id, clientId });
  await slack.postMessage({ channel: general.id, account: ada.id, text: 'before', pushed: false });
  await scene.connect({
    id: 'con_slack',
    provider: 'slack',
    accountId: team.id,
    access: accessToken,
    kind: 'bot',
    scopes: ['channels:read', 'channels:history'],
  });
  await scene.startReplica();
  await scene.ended("kind = 'resources'", 'listed');
  await scene.ended(`kind = 'poll' and resource = '${general.id}'`, 'nothing_new');
  expect(await readTasks(scene, `resource = '${secret.id}'`)).toEqual([]);
  const { ts } = await slack.postMessage({ channel: general.id, account: ada.id, text: 'hi', pushed: false });
  await scene.poll('con_slack', 'messages', general.id);
  expect(keysOf(await scene.events())).toEqual([`slack.message message:${general.id}:${ts}`]);
});

async function connectGithub(scene: PollScene, settings: object = { resources: ['octo-ada/one'] }) {
  const { github } = scene.emulators;
  await scene.addApp({ provider: 'github', clientId: EMULATED_CLIENTS.githubOAuthApp });
  const { accessToken } = github.issueToken({
    clientId: EMULATED_CLIENTS.githubOAuthApp,
    account: 'octo-ada',
    scopes: ['repo', 'notifications'],
  });
  for (const name of ['octo-ada/one', 'octo-ada/two']) github.createRepository({ repository: name });
  await scene.connect({
    id: 'con_github',
    provider: 'github',
    accountId: '1001',
    access: accessToken,
    scopes: ['repo', 'notifications'],
    settings,
  });
}

const repositoryTask = (scene: PollScene, name: string) =>
  until(async () => {
    const [task] = await readTasks(
      scene,
      `kind = 'poll' and resource_name = '${name}' and last_finished_at is not null`,
    );
    return task;
  });

test('GitHub: the chosen repositories are polled, unchanged lists answer 304 and cost nothing', async () => {
  const scene = await createPollScene();
  const { github } = scene.emulators;
  await connectGithub(scene);
  await scene.startReplica();
  await repositoryTask(scene, 'octo-ada/one');
  expect(await readTasks(scene, "resource_name = 'octo-ada/two'")).toEqual([]);
  await github.act({ repository: 'octo-ada/one', kind: 'push' });
  await scene.poll('con_github', 'repository-events');
  const used = async () =>
    (await scene.asOwner<{ used: number }>("select used from quota_groups where key like 'github%'"))[0]
      ?.used;
  const [before, task] = [await used(), (await scene.poll('con_github', 'repository-events'))[0]];
  expect(task?.last_outcome).toBe('unchanged');
  expect(await used()).toBe(before);
  expect((await scene.events()).map(({ attributes }) => attributes)).toMatchObject([
    { type: 'github.push', source: '/github/octo-ada/one', repository: 'octo-ada/one' },
  ]);
});

test('GitHub: all repositories of an organisation are polled, also one that is made later', async () => {
  const scene = await createPollScene();
  const { github } = scene.emulators;
  const create = (name: string) =>
    github.createRepository({ repository: `Octo-Org/${name}`, organization: true, members: ['octo-ada'] });
  for (const name of ['first', 'second']) create(name);
  await connectGithub(scene, { resources: ['octo-org/*'] });
  await scene.startReplica();
  for (const name of ['first', 'second']) await repositoryTask(scene, `Octo-Org/${name}`);
  create('third');
  await scene.asOwner(
    "update connection_tasks set due_at = hookline_now(), on_demand = true where kind = 'resources'",
  );
  await repositoryTask(scene, 'Octo-Org/third');
  const polls = await readTasks(scene, "kind = 'poll' and name = 'repository-events'");
  expect(polls).toHaveLength(3);
});

test('GitHub: without a choice a repository is polled from its first activity on, which is itself an event', async () => {
  const scene = await createPollScene();
  const { github } = scene.emulators;
  // The repositories were active before the account is connected.
  scene.emulators.clock.advance(-60_000);
  await connectGithub(scene, {});
  scene.emulators.clock.advance(60_000);
  await scene.startReplica();
  await scene.ended("kind = 'resources'", 'listed');
  const polls = () => readTasks(scene, "kind = 'poll' and resource_name in ('octo-ada/one', 'octo-ada/two')");
  expect(await polls()).toEqual([]);
  await github.act({ repository: 'octo-ada/two', kind: 'push' });
  await scene.asOwner(
    "update connection_tasks set due_at = hookline_now(), on_demand = true where kind = 'resources'",
  );
  await repositoryTask(scene, 'octo-ada/two');
  expect(await polls()).toHaveLength(1);
  const pushes = async () => (await scene.events()).map(({ attributes }) => attributes.repository);
  expect(await pushes()).toEqual(['octo-ada/two']);
  await github.act({ repository: 'octo-ada/two', kind: 'push' });
  await scene.poll('con_github', 'repository-events');
  expect(await pushes()).toEqual(['octo-ada/two', 'octo-ada/two']);
});

test('240 channels of a Slack application of the class "other": each gets its poll, and Slack refuses no call', async () => {
  const scene = await createPollScene();
  const { slack } = scene.emulators;
  const clientId = 'slack-other';
  slack.createApplication({ clientId, name: 'Other', distribution: 'other' });
  await scene.addApp({
    provider: 'slack',
    clientId,
    settings: { distribution: 'other', origins: scene.emulators.origins.slack },
  });
  const team = slack.createTeam({ name: 'Large' });
  const ada = slack.createAccount({ name: 'ada', teamId: team.id });
  for (let number = 0; number < 240; number++) {
    const { id } = slack.createChannel({ teamId: team.id, name: `c${number}`, members: [ada.id] });
    slack.inviteBot({ channel: id, clientId });
  }
  const { accessToken } = slack.issueToken({
    clientId,
    account: ada.id,
    scopes: ['channels:history', 'channels:read'],
    kind: 'bot',
    facts: { teamId: team.id },
  });
  await scene.connect({
    id: 'con_slack',
    provider: 'slack',
    accountId: team.id,
    access: accessToken,
    kind: 'bot',
    scopes: ['channels:history', 'channels:read'],
  });
  await scene.startReplica();
  const polls = () => readTasks(scene, "kind = 'poll'");
  await until(
    async () => (await polls()).filter(({ last_outcome }) => last_outcome !== null).length === 240,
    {
      timeoutMs: 60_000,
    },
  );
  const statuses = scene.emulators.calls({ path: '/conversations.history' }).map(({ status }) => status);
  // Slack allows one call a minute: the others wait, and come back a few at a time.
  expect(new Set(statuses)).toEqual(new Set([200]));
  const waiting = (await polls()).filter(({ last_outcome }) => last_outcome === 'quota');
  expect(waiting.length).toBeGreaterThanOrEqual(235);
  const perMinute = Map.groupBy(waiting, ({ due_in }) => Math.floor(due_in / 60));
  expect(Math.max(...[...perMinute.values()].map(({ length }) => length))).toBeLessThanOrEqual(20);
  // One entry tells it, and not one for each channel.
  expect(await scene.asOwner("select from connection_journal where outcome = 'quota'")).toHaveLength(1);
});

test('P5: a repository that is no longer chosen and then chosen again goes on where it stopped', async () => {
  const scene = await createPollScene();
  const { github } = scene.emulators;
  await connectGithub(scene);
  const replica = await scene.startReplica();
  await repositoryTask(scene, 'octo-ada/one');
  const choose = async (resources: string[]) => {
    await scene.asOwner('update connections set settings = $1', [JSON.stringify({ resources })]);
    await scene.asOwner(
      "update connection_tasks set due_at = hookline_now(), on_demand = true, last_outcome = null where kind = 'resources'",
    );
    await scene.ended("kind = 'resources'", 'listed');
  };
  await choose(['octo-ada/two']);
  expect(await readTasks(scene, "resource_name = 'octo-ada/one'")).toMatchObject([
    { paused_reason: 'not_selected' },
  ]);
  await github.act({ repository: 'octo-ada/one', kind: 'push' });
  await choose(['octo-ada/one', 'octo-ada/two']);
  await until(async () => (await scene.events()).length === 1);
  expect(replica.database).toBeDefined();
});

test('a token that the provider refuses is reported once, and its poll comes back soon', async () => {
  const scene = await createPollScene();
  await connectSpotify(scene);
  await scene.startReplica();
  await scene.ended("name = 'recently-played'", 'nothing_new');
  scene.emulators.spotify.revokeGrants({ account: 'listener-ada', clientId: EMULATED_CLIENTS.spotify });
  await scene.poll('con_spotify', 'recently-played');
  await scene.ended("name = 'recently-played'", 'unauthorized');
  // The token cannot be refreshed, so only a person can help, and the poll rests with its connection.
  const status = await until(async () => {
    const found = await scene.statusOf('con_spotify');
    return found.status !== 'connected' && found;
  });
  expect(['needs_reauth', 'revoked']).toContain(status.status);
  await until(async () => (await readTasks(scene, "paused_reason = 'connection'")).length === 1);
});

test('P12: a provider that hangs delays the polls of no other provider', async () => {
  const scene = await createPollScene();
  await connectSpotify(scene);
  await scene.addApp({ id: 'oap_2', provider: 'discord', clientId: EMULATED_CLIENTS.discord });
  const { id } = scene.emulators.discord.createAccount({ username: 'grace' });
  const { accessToken } = scene.emulators.discord.issueToken({
    clientId: EMULATED_CLIENTS.discord,
    account: 'grace',
    scopes: ['identify', 'guilds', 'connections'],
  });
  scene.emulators.injectFault({ kind: 'hang', provider: 'spotify', path: 'recently-played', times: 1_000 });
  await scene.connect({
    id: 'con_discord',
    provider: 'discord',
    appId: 'oap_2',
    accountId: id,
    access: accessToken,
  });
  await scene.startReplica({ maxRunMs: 4_000 });
  await scene.ended("name = 'guilds'", 'nothing_new');
  expect(await readTasks(scene, "name = 'recently-played'")).toMatchObject([{ last_outcome: null }]);
  const stuck = await scene.ended("name = 'recently-played'", 'overran');
  expect(stuck.failures).toBe(1);
});

test('a host that fails opens its breaker: its polls wait for their next due time, and one probe closes it', async () => {
  const scene = await createPollScene();
  await connectSpotify(scene);
  await scene.startReplica();
  await scene.ended("name = 'recently-played'", 'nothing_new');
  scene.emulators.injectFault({
    kind: 'status',
    status: 503,
    provider: 'spotify',
    path: 'recently-played',
    times: 5,
  });
  for (let failure = 1; failure <= 5; failure++) {
    const [task] = await scene.poll('con_spotify', 'recently-played');
    expect(task).toMatchObject({ last_outcome: 'failed', failures: failure });
  }
  const [waiting] = await scene.poll('con_spotify', 'recently-played');
  expect(waiting).toMatchObject({ last_outcome: 'breaker', failures: 5 });
  expect(waiting?.due_in).toBeGreaterThan(0);
  expect(waiting?.due_in).toBeLessThanOrEqual(1_800);
  expect(await scene.statusOf('con_spotify')).toEqual({ status: 'degraded', reason: 'poll_failing' });
});

test('an item that is larger than a message of the broker is an event like any other', async () => {
  const scene = await createPollScene();
  await connectSpotify(scene);
  await scene.startReplica();
  await scene.ended("name = 'recently-played'", 'nothing_new');
  const item = { played_at: '2026-12-01T00:00:00.000Z', track: { id: 'big', text: 'x'.repeat(1_500_000) } };
  scene.emulators.injectFault({
    kind: 'status',
    status: 200,
    provider: 'spotify',
    path: 'recently-played',
    body: { items: [item] },
  });
  await scene.poll('con_spotify', 'recently-played');
  const [event] = await scene.events();
  const { payloadref = '' } = event?.attributes ?? {};
  const payload = await scene.payloads.get(payloadref);
  expect(JSON.parse(Buffer.from(payload ?? []).toString())).toEqual(item);
});
