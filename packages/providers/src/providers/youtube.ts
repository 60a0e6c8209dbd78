import type { ItemPlace, NaturalKey, PolledAccount } from '../connections/polling-specification.ts';
import type { RequestTemplate } from '../connections/request-template.ts';
import { createEvent } from '../events/create-event.ts';
import { eventTypes } from '../events/event-types.ts';
import { toTimeMs } from '../events/times.ts';
import { GOOGLE_ANSWERS } from '../google/google-answers.ts';
import { googleOAuth } from '../google/google-oauth.ts';
import { GOOGLE_SETUP } from '../google/google-setup.ts';
import { echoAnswer, emptyOkWithin } from '../provider/http-answer.ts';
import type { HandshakeConfig, HandshakeResult, Interpretation } from '../provider/interpretation.ts';
import type { NormalizedEvent } from '../provider/normalized-event.ts';
import type { Provider } from '../provider/provider.ts';
import { optionOf } from '../provider/source-options.ts';
import { reject } from '../rejection.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import { textAt } from '../request/json/json-access.ts';
import { compileHmacScheme } from '../schemes/hmac.ts';
import { type FeedDeletion, type FeedVideo, parseFeed } from './youtube/parse-feed.ts';

const FEED = 'https://www.youtube.com/xml/feeds/videos.xml?channel_id=';
const PLAYLIST_ITEMS_URL = 'https://www.googleapis.com/youtube/v3/playlistItems';
const READ_SCOPE = 'https://www.googleapis.com/auth/youtube.readonly';
/** Each of these scopes permits to read the channel of the person. */
const CHANNEL_SCOPES = [
  READ_SCOPE,
  'https://www.googleapis.com/auth/youtube',
  'https://www.googleapis.com/auth/youtube.force-ssl',
];
/** The usual lease of the hub. */
const LEASE_SECONDS = 432_000;
const CHANNEL_ID = /^UC[A-Za-z0-9_-]{22}$/;
const MAX_CHALLENGE_LENGTH = 512;
const MAX_REASON_LENGTH = 500;
/**
 * The hub sends the same message for a new and for a changed video. A message this long after publication is a change.
 */
const NEW_FOR_MS = 600_000;

const scheme = compileHmacScheme({
  signature: { header: 'x-hub-signature', prefix: 'sha1=' },
  encoding: 'hex',
  hash: 'sha1',
});

/**
 * WebSub, by Google's hub: an Atom feed with what has changed on a channel, `X-Hub-Signature: sha1=<hex>` over the raw
 * body. The payload is JSON made of it: `{"videoId", "channelId", "title", "link", "author", "published", "updated"}`,
 * or `{"videoId", "deleted", "channelId"}`. WebSub wants a success for what is not signed rightly, and nothing more.
 */
export const youtube: Provider = {
  id: 'youtube',
  name: 'YouTube',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.google.com/youtube/v3/guides/push_notifications',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'id of the video, with the time of its update or deletion',
    names: 'one state of one video',
    unique: 'everywhere',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: [
    'Generate a secret of less than 200 bytes. Create this source with the secret, and with the channels as the option "topic".',
    'Subscribe at https://pubsubhubbub.appspot.com/subscribe with the address of this source as callback, the feed of the channel as topic, and the secret as hub.secret.',
    'The hub verifies the subscription immediately, and Hookline confirms the channels of this source only. Subscribe again before the lease ends, usually after 5 days.',
  ],
  documentation: 'https://developers.google.com/youtube/v3/guides/push_notifications',
  options: {
    topic: {
      description: 'The ids of the channels (UC…) or the addresses of their feeds, separated by spaces.',
      required: true,
      check: (value) =>
        topicsOf(value) === undefined
          ? 'The value must be a list of channel ids and feed addresses.'
          : undefined,
    },
  },
  async verify(input) {
    const verification = await scheme.verify(input);
    if (verification.ok || verification.status !== 401) return verification;
    return reject(
      'ignored_signature',
      `${verification.message} The answer is a success, as WebSub requires.`,
      {
        reason: verification.code,
      },
    );
  },
  checkSecret: (secret) =>
    Buffer.byteLength(secret) < 200
      ? scheme.checkSecret(secret)
      : 'A WebSub secret must have at most 199 bytes.',
  handshake,
  interpret,
  answer: emptyOkWithin(10_000),
  environment: { secrets: [] },
  eventTypes: eventTypes('youtube', 'video.published video.updated video.deleted video.liked'),
  applicationSetup: GOOGLE_SETUP,
  oauth: googleOAuth([READ_SCOPE], {
    kind: 'access',
    request: {
      method: 'GET',
      url: 'https://www.googleapis.com/youtube/v3/channels',
      query: { part: 'id,snippet,contentDetails', mine: 'true' },
      authorization: 'bearer',
    },
    scopes: CHANNEL_SCOPES,
    id: ['/items/0/id'],
    name: '/items/0/snippet/title',
    values: {
      channelId: '/items/0/id',
      uploadsPlaylistId: '/items/0/contentDetails/relatedPlaylists/uploads',
      likesPlaylistId: '/items/0/contentDetails/relatedPlaylists/likes',
    },
  }),
  quotas: [
    {
      // Units of a project, from midnight to midnight in California. A page costs one.
      id: 'units',
      countedBy: 'application',
      capacity: 10_000,
      window: { dayIn: 'America/Los_Angeles' },
    },
  ],
  answers: GOOGLE_ANSWERS,
  pushedKey: ({ type, payload }) => {
    const id = textAt(payload, 'videoId');
    return type !== 'youtube.video.published' || id === undefined ? undefined : publishedKey(id);
  },
  polling: [
    {
      // The hub pushes uploads; the poll finds those that it did not push.
      id: 'uploads',
      everySeconds: 7200,
      request: {
        method: 'GET',
        url: PLAYLIST_ITEMS_URL,
        query: { part: 'snippet,contentDetails', playlistId: '{uploadsPlaylistId}', maxResults: '50' },
        authorization: 'bearer',
      },
      scopes: [READ_SCOPE],
      items: '/items',
      itemId: ['/contentDetails/videoId'],
      itemTime: { at: '/contentDetails/videoPublishedAt', unit: 'iso' },
      pages: { tokenAt: '/nextPageToken', parameter: 'pageToken' },
      conditional: 'etag',
      events: { type: 'youtube.video.published' },
      place: placeOfItem,
      naturalKey: (item) => {
        const id = textAt(item, 'contentDetails', 'videoId');
        return id === undefined ? undefined : publishedKey(id);
      },
    },
    {
      // The newest likes first. A like that the person takes back is only missing: no event.
      id: 'likes',
      everySeconds: 7200,
      request: {
        method: 'GET',
        url: PLAYLIST_ITEMS_URL,
        query: { part: 'snippet,contentDetails', playlistId: '{likesPlaylistId}', maxResults: '50' },
        authorization: 'bearer',
      },
      scopes: [READ_SCOPE],
      items: '/items',
      itemId: ['/contentDetails/videoId'],
      // When the video was added to the list.
      itemTime: { at: '/snippet/publishedAt', unit: 'iso' },
      pages: { tokenAt: '/nextPageToken', parameter: 'pageToken' },
      conditional: 'etag',
      events: { type: 'youtube.video.liked' },
      place: placeOfItem,
    },
  ],
  watches: [
    {
      id: 'uploads',
      scopes: [],
      polls: ['uploads'],
      receiver: 'source',
      sourceOptions: { topic: '{channelId}' },
      needs: { channelId: 'The account has no YouTube channel.' },
      create: hubRequest('subscribe'),
      expiry: { handshakeParameter: 'hub.lease_seconds', unit: 'seconds-from-now' },
      lifetimeSeconds: LEASE_SECONDS,
      // The hub has refused renewals for days: the lease leaves time to try again.
      renewEverySeconds: 86_400,
      confirmedBy: 'handshake',
      unconfirmed:
        'The hub did not verify the subscription. The address of the source must be reachable from the internet.',
      problems: [
        {
          status: 503,
          code: 'hub_unavailable',
          message: 'The hub does not take subscriptions at the moment. Subscriptions that exist go on.',
        },
      ],
      stop: hubRequest('unsubscribe'),
    },
  ],
};

function placeOfItem(item: unknown, { accountId }: PolledAccount): ItemPlace {
  return { source: [accountId], subject: textAt(item, 'contentDetails', 'videoId') };
}

function publishedKey(videoId: string): NaturalKey {
  return { key: `published:${videoId}` };
}

/** The hub answers 202 and verifies the subscription later, see `handshake`. */
function hubRequest(mode: 'subscribe' | 'unsubscribe'): RequestTemplate {
  return {
    method: 'POST',
    url: 'https://pubsubhubbub.appspot.com/subscribe',
    body: {
      form: {
        'hub.mode': mode,
        'hub.topic': `${FEED}{channelId}`,
        'hub.callback': '{callbackUrl}',
        'hub.verify': 'async',
        'hub.secret': '{secret}',
        'hub.lease_seconds': String(LEASE_SECONDS),
      },
    },
    authorization: 'none',
  };
}

/** The addresses of the feeds in an option, undefined if one of them is invalid. */
function topicsOf(value: string): string[] | undefined {
  const topics: string[] = [];
  for (const item of value.split(/[\s,]+/)) {
    if (item === '') continue;
    if (CHANNEL_ID.test(item)) topics.push(FEED + item);
    else if (URL.canParse(item) && /^https?:/.test(item)) topics.push(item);
    else return undefined;
  }
  return topics.length === 0 ? undefined : topics;
}

/** The hub verifies with a GET that this source requested the subscription. */
function handshake(request: InboundRequest, config: HandshakeConfig): HandshakeResult | undefined {
  if (request.method !== 'GET') return undefined;
  const { query } = request;
  const mode = query.get('hub.mode');
  const topic = query.get('hub.topic') ?? '';
  if (mode === 'denied') {
    const reason = query.get('hub.reason')?.slice(0, MAX_REASON_LENGTH);
    const notice = { mode, topic, ...(reason && { reason }) } as const;
    return { ok: true, answer: echoAnswer(''), reason: 'youtube_denied', notice };
  }
  const challenge = query.get('hub.challenge') ?? '';
  if ((mode !== 'subscribe' && mode !== 'unsubscribe') || challenge === '') {
    return reject(
      'malformed_handshake',
      'A GET must be the verification request of a WebSub hub, with "hub.mode".',
    );
  }
  if (challenge.length > MAX_CHALLENGE_LENGTH) {
    return reject(
      'malformed_handshake',
      `The challenge must have at most ${MAX_CHALLENGE_LENGTH} characters.`,
    );
  }
  const isWanted = topicsOf(optionOf(config, 'topic') ?? '')?.includes(topic) ?? false;
  // Anyone who knows this address can trigger the request. Only configured channels are confirmed, and they stay
  // subscribed.
  if (isWanted !== (mode === 'subscribe')) {
    return reject('unknown_topic', `This source did not request the hub to ${mode} that topic.`);
  }
  const lease = query.get('hub.lease_seconds') ?? '';
  const leaseSeconds = /^[1-9]\d{0,8}$/.test(lease) ? Number(lease) : undefined;
  const notice = { mode, topic, ...(leaseSeconds !== undefined && { leaseSeconds }) } as const;
  return { ok: true, answer: echoAnswer(challenge), reason: `youtube_${mode}`, notice };
}

function interpret(request: InboundRequest): Interpretation {
  const feed = parseFeed(request.rawBody);
  if (!feed.ok) return feed;
  return { ok: true, events: [...feed.videos.map(toVideoEvent), ...feed.deletions.map(toDeletionEvent)] };
}

function toVideoEvent(video: FeedVideo): NormalizedEvent {
  const published = toTimeMs(video.published);
  const updated = toTimeMs(video.updated);
  const isNew = published !== undefined && updated !== undefined && updated - published < NEW_FOR_MS;
  return createEvent({
    provider: 'youtube',
    type: ['video', isNew ? 'published' : 'updated'],
    source: [video.channelId],
    subject: video.videoId,
    timeMs: updated ?? published,
    deliveryId: video.updated === undefined ? undefined : `${video.videoId}:${video.updated}`,
    dedupeFields: [video.videoId],
    payload: Buffer.from(JSON.stringify(video), 'utf8'),
  });
}

function toDeletionEvent(deletion: FeedDeletion): NormalizedEvent {
  return createEvent({
    provider: 'youtube',
    type: ['video', 'deleted'],
    source: [deletion.channelId],
    subject: deletion.videoId,
    timeMs: toTimeMs(deletion.deleted),
    deliveryId: `${deletion.videoId}:deleted:${deletion.deleted}`,
    dedupeFields: [deletion.videoId],
    payload: Buffer.from(JSON.stringify(deletion), 'utf8'),
  });
}
