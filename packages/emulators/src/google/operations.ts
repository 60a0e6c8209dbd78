import Type from 'typebox';
import type { EmulatorClock } from '../core/clock.ts';
import { APPLICATION_MEMBERS, applicationOf } from '../core/oauth/common-operations.ts';
import { operation } from '../core/operations.ts';
import type { SendPush } from '../core/send-push.ts';
import { DEFAULT_GOOGLE_PROJECT } from '../start-applications.ts';
import type { Gmail } from './gmail/gmail.ts';
import type { PubSub } from './pub-sub.ts';
import type { Signer } from './signer.ts';
import type { GoogleAccount, GoogleApplication, GoogleAuthorization } from './state.ts';
import { deletionFeed, videoFeed } from './websub/feed.ts';
import type { Hub } from './websub/hub.ts';
import type { DailyQuota } from './youtube/quota.ts';
import { uploadsListOf, type Video, type Videos } from './youtube/videos.ts';

const HOUR_SECONDS = 3_599;
/** The project of the applications that are there from the start. */
const RISC = 'https://schemas.openid.net/secevent/';

export interface GoogleWorld {
  readonly server: GoogleAuthorization;
  readonly clock: EmulatorClock;
  readonly send: SendPush;
  readonly signer: Signer;
  readonly pubSub: PubSub;
  readonly gmail: Gmail;
  readonly videos: Videos;
  readonly quota: DailyQuota;
  readonly hub: Hub;
}

const Text = Type.String({ minLength: 1, maxLength: 2_000 });
const Labels = Type.Array(Text, { maxItems: 100 });
const AccountName = Type.String({ description: 'The id or the mail address.' });

/** What a test or a person can do at the emulated Google. */
export function googleOperations(world: GoogleWorld) {
  return {
    ...accountOperations(world),
    ...gmailOperations(world),
    ...youTubeOperations(world),
    ...hubOperations(world),
  };
}

function accountOperations({ server, signer, clock, send }: GoogleWorld) {
  let accounts = 0n;
  return {
    createApplication: operation(
      Type.Object(
        { ...APPLICATION_MEMBERS, project: Type.Optional(Text), testing: Type.Optional(Type.Boolean()) },
        { additionalProperties: false },
      ),
      ({ project, testing, ...input }) => {
        const application: GoogleApplication = {
          ...applicationOf(input, {
            rotation: { kind: 'none' },
            accessTokenSeconds: HOUR_SECONDS,
            refreshTokenSeconds: undefined,
          }),
          project: project ?? DEFAULT_GOOGLE_PROJECT,
          testing: testing ?? false,
        };
        server.applications.set(application.clientId, application);
        const { clientId, clientSecret } = application;
        return { clientId, clientSecret, project: application.project };
      },
    ),
    createAccount: operation(
      Type.Object(
        { email: Type.String({ pattern: '^[^@\\s]+@[^@\\s]+$' }) },
        { additionalProperties: false },
      ),
      ({ email }) => {
        accounts += 1n;
        const account: GoogleAccount = { id: String(110_000_000_000_000_000_000n + accounts), name: email };
        server.accounts.set(account.id, account);
        return { id: account.id, email };
      },
    ),
    /** Cross-account protection: tells the application that the grants ended (`tokens-revoked`), and ends them. */
    pushTokensRevoked: operation(
      Type.Object({ clientId: Text, account: AccountName, url: Text }, { additionalProperties: false }),
      async ({ clientId, account, url }) => {
        const { id } = server.accountNamed(account);
        for (const grant of server.grantsOf(clientId, id)) server.endGrant(grant, 'revoked');
        const event = {
          subject: { subject_type: 'iss-sub', iss: 'https://accounts.google.com/', sub: id },
        };
        const claims = {
          iss: 'https://accounts.google.com/',
          aud: clientId,
          jti: `emulated-risc-${clock.nowMs()}`,
          events: { [`${RISC}oauth/event-type/tokens-revoked`]: event },
        };
        const { status } = await send({
          url,
          headers: { 'content-type': 'application/secevent+jwt' },
          // The receiver checks the time of the token by its own clock.
          body: await signer.sign(claims, Date.now(), 'secevent+jwt'),
        });
        return { status };
      },
    ),
  };
}

function gmailOperations({ server, gmail, pubSub }: GoogleWorld) {
  /** Changes a mailbox and tells its watches, unless `pushed` is false. */
  const change = async (name: string, pushed: boolean | undefined, labels: () => readonly string[]) => {
    const account = server.accountNamed(name);
    const labelIds = labels();
    const pushes = pushed === false ? [] : await gmail.notify(account, labelIds);
    return { historyId: String(gmail.mailboxOf(account).historyId), pushes };
  };
  const Pushed = Type.Optional(Type.Boolean({ description: 'false: the notice never comes.' }));
  const mailbox = (name: string) => gmail.mailboxOf(server.accountNamed(name));
  return {
    createTopic: operation(
      Type.Object(
        { topic: Text, publisherGranted: Type.Optional(Type.Boolean()) },
        { additionalProperties: false },
      ),
      ({ topic, publisherGranted }) => pubSub.setTopic(topic, publisherGranted ?? true),
    ),
    createSubscription: operation(
      Type.Object(
        {
          name: Text,
          topic: Text,
          pushEndpoint: Text,
          audience: Type.Optional(Text),
          serviceAccountEmail: Type.Optional(Text),
        },
        { additionalProperties: false },
      ),
      ({ audience, serviceAccountEmail, ...input }) => {
        const subscription = {
          ...input,
          audience: audience ?? input.pushEndpoint,
          serviceAccountEmail:
            serviceAccountEmail ?? `push@${DEFAULT_GOOGLE_PROJECT}.iam.gserviceaccount.com`,
        };
        pubSub.subscribe(subscription);
        return subscription;
      },
    ),
    retryPushes: operation(Type.Object({}, { additionalProperties: false }), async () => ({
      pushes: await pubSub.retry(),
    })),
    addMessage: operation(
      Type.Object(
        {
          account: AccountName,
          subject: Type.Optional(Text),
          from: Type.Optional(Text),
          labelIds: Type.Optional(Labels),
          atMs: Type.Optional(Type.Number()),
          pushed: Pushed,
        },
        { additionalProperties: false },
      ),
      async ({ account, subject, from, labelIds, atMs, pushed }) => {
        let id = '';
        const result = await change(account, pushed, () => {
          const message = mailbox(account).add({
            subject: subject ?? 'Hello',
            from: from ?? 'friend@example.com',
            labelIds: labelIds ?? ['INBOX', 'UNREAD'],
            ...(atMs !== undefined && { atMs }),
          });
          id = message.id;
          return message.labelIds;
        });
        return { id, ...result };
      },
    ),
    changeLabels: operation(
      Type.Object(
        {
          account: AccountName,
          id: Text,
          added: Type.Optional(Labels),
          removed: Type.Optional(Labels),
          pushed: Pushed,
        },
        { additionalProperties: false },
      ),
      async ({ account, id, added, removed, pushed }) =>
        change(account, pushed, () => {
          mailbox(account).changeLabels(id, added ?? [], removed ?? []);
          return [...(mailbox(account).message(id)?.labelIds ?? []), ...(removed ?? [])];
        }),
    ),
    deleteMessage: operation(
      Type.Object({ account: AccountName, id: Text, pushed: Pushed }, { additionalProperties: false }),
      async ({ account, id, pushed }) =>
        change(account, pushed, () => {
          const labels = mailbox(account).message(id)?.labelIds ?? [];
          mailbox(account).remove(id);
          return labels;
        }),
    ),
    /** Every history id so far is too old from now on: 404. */
    expireHistory: operation(
      Type.Object({ account: AccountName }, { additionalProperties: false }),
      (input) => mailbox(input.account).expireHistory(),
    ),
    listWatches: operation(Type.Object({}, { additionalProperties: false }), () =>
      gmail.watches().map(({ account, project, topic, expiresAtMs }) => ({
        account: account.name,
        project,
        topic,
        expiresAtMs,
      })),
    ),
    setGmailUnits: operation(
      Type.Object({ unitsPerMinute: Type.Integer({ minimum: 0 }) }, { additionalProperties: false }),
      ({ unitsPerMinute }) => {
        gmail.units.change(unitsPerMinute, 60);
      },
    ),
  };
}

function youTubeOperations({ server, videos, quota, hub, clock }: GoogleWorld) {
  const channelNamed = (name: string) => videos.channelOf(server.accountNamed(name));
  const videoNamed = (id: string): Video => {
    const video = videos.video(id);
    if (video === undefined) throw new RangeError(`There is no video "${id}".`);
    return video;
  };
  const Pushed = Type.Optional(Type.Boolean({ description: 'false: the hub never pushes it.' }));
  const push = async (pushed: boolean | undefined, video: Video, feed: string) =>
    pushed === false ? [] : await hub.push(video.channelId, feed);
  return {
    /** The channel of an account with its playlists. */
    channelOf: operation(
      Type.Object({ account: AccountName }, { additionalProperties: false }),
      ({ account }) => {
        const { id } = channelNamed(account);
        return { channelId: id, uploads: uploadsListOf(id), likes: 'LL' };
      },
    ),
    uploadVideo: operation(
      Type.Object(
        {
          account: AccountName,
          title: Type.Optional(Text),
          publishedAtMs: Type.Optional(Type.Number()),
          pushed: Pushed,
        },
        { additionalProperties: false },
      ),
      async ({ account, title, publishedAtMs, pushed }) => {
        const channel = channelNamed(account);
        const video = videos.upload(channel, title, publishedAtMs ?? clock.nowMs());
        const statuses = await push(pushed, video, videoFeed(video, channel.title));
        return { videoId: video.id, channelId: channel.id, statuses };
      },
    ),
    changeVideo: operation(
      Type.Object({ videoId: Text, title: Text, pushed: Pushed }, { additionalProperties: false }),
      async ({ videoId, title, pushed }) => {
        const video = videoNamed(videoId);
        video.title = title;
        video.updatedAtMs = clock.nowMs();
        return { statuses: await push(pushed, video, videoFeed(video, video.channelId)) };
      },
    ),
    deleteVideo: operation(
      Type.Object({ videoId: Text, pushed: Pushed }, { additionalProperties: false }),
      async ({ videoId, pushed }) => {
        const video = videoNamed(videoId);
        videos.remove(video);
        return { statuses: await push(pushed, video, deletionFeed(video, video.channelId, clock.nowMs())) };
      },
    ),
    likeVideo: operation(
      Type.Object({ account: AccountName, videoId: Text }, { additionalProperties: false }),
      ({ account, videoId }) => videos.like(channelNamed(account), videoNamed(videoId).id, clock.nowMs()),
    ),
    unlikeVideo: operation(
      Type.Object({ account: AccountName, videoId: Text }, { additionalProperties: false }),
      ({ account, videoId }) => videos.unlike(channelNamed(account), videoId),
    ),
    /** Sets the units of a day, or uses some. */
    quota: operation(
      Type.Object(
        {
          project: Type.Optional(Text),
          limit: Type.Optional(Type.Integer({ minimum: 0 })),
          use: Type.Optional(Type.Integer({ minimum: 0 })),
        },
        { additionalProperties: false },
      ),
      ({ project = DEFAULT_GOOGLE_PROJECT, limit, use }) => {
        if (limit !== undefined) quota.setLimit(project, limit);
        if (use !== undefined) quota.use(project, use);
        return quota.state(project);
      },
    ),
  };
}

function hubOperations({ hub, clock }: GoogleWorld) {
  return {
    /** The hub answers 503 for that long. */
    hubOutage: operation(
      Type.Object({ seconds: Type.Number({ minimum: 0 }) }, { additionalProperties: false }),
      ({ seconds }) => {
        hub.outageUntilMs = clock.nowMs() + seconds * 1000;
      },
    ),
    hubSilence: operation(
      Type.Object(
        { handshakes: Type.Optional(Type.Boolean()), pushes: Type.Optional(Type.Boolean()) },
        { additionalProperties: false },
      ),
      ({ handshakes, pushes }) => {
        if (handshakes !== undefined) hub.silentHandshakes = handshakes;
        if (pushes !== undefined) hub.silentPushes = pushes;
      },
    ),
    hubDeny: operation(
      Type.Object({ topic: Text, reason: Type.Optional(Text) }, { additionalProperties: false }),
      async ({ topic, reason }) => ({ denied: await hub.deny(topic, reason ?? 'gone') }),
    ),
    /** The subscriptions that last, after the handshakes that are under way. */
    hubSubscriptions: operation(Type.Object({}, { additionalProperties: false }), async () => {
      await hub.settled();
      return hub
        .active()
        .map(({ callback, topic, expiresAtMs, statuses }) => ({ callback, topic, expiresAtMs, statuses }));
    }),
  };
}
