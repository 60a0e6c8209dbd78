import { objectMembers, rootSlice, scalarText } from '@hookline/json';
import { createEvent } from '../events/create-event.ts';
import { eventTypes } from '../events/event-types.ts';
import { toTimeMs } from '../events/times.ts';
import { GOOGLE_ANSWERS } from '../google/google-answers.ts';
import { googleOAuth } from '../google/google-oauth.ts';
import { GOOGLE_SETUP } from '../google/google-setup.ts';
import { readPushMessage } from '../google/push-message.ts';
import { PUSH_VERIFICATION } from '../google/verify-push.ts';
import type { Interpretation } from '../provider/interpretation.ts';
import type { Provider } from '../provider/provider.ts';
import { reject } from '../rejection.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import { textAt, valueAt } from '../request/json/json-access.ts';
import { parseJsonObject } from '../request/json/parse-json.ts';
import { explodeHistory, explodeMessage, HISTORY_TYPES } from './gmail/explode-history.ts';

const USER_URL = 'https://gmail.googleapis.com/gmail/v1/users/me';
const READ_SCOPE = 'https://www.googleapis.com/auth/gmail.readonly';
const MODIFY_SCOPE = 'https://www.googleapis.com/auth/gmail.modify';
const METADATA_SCOPE = 'https://www.googleapis.com/auth/gmail.metadata';
const COMPOSE_SCOPE = 'https://www.googleapis.com/auth/gmail.compose';
/** Each of these scopes permits to watch a mailbox and to read its history. */
const SCOPES = [READ_SCOPE, MODIFY_SCOPE, METADATA_SCOPE, 'https://mail.google.com/'];

/** Units of the quota. */
const COSTS = { '/history': 2, '/messages': 5, '/watch': 100, '/stop': 50 };

/**
 * A change of a mailbox, sent through Cloud Pub/Sub. The receiver reads the changes with `users.history.list` from the
 * last known history id on. The payload is `{"emailAddress", "historyId", "messageId", "publishTime", "subscription"}`
 * instead of the envelope: the decoded data with the history id as decimal text (it has 64 bits), and the envelope's
 * facts about the message.
 */
export const gmail: Provider = {
  id: 'gmail',
  name: 'Gmail',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://developers.google.com/workspace/gmail/api/guides/push',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.google.cn/workspace/gmail/api/guides/push?hl=en',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.cloud.google.com/pubsub/docs/push',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: '/message/messageId',
    names: 'the message of Pub/Sub',
    unique: 'account',
    stable: true,
    retries: true,
  },
  setup: [
    'In Google Cloud, create a topic and allow gmail-api-push@system.gserviceaccount.com to publish to it.',
    'Choose a name for the subscription. Create this source with that name, the audience and the service account.',
    'Create the subscription: gcloud pubsub subscriptions create NAME --topic TOPIC --push-endpoint ADDRESS --push-auth-service-account ACCOUNT --push-auth-token-audience AUDIENCE',
    'Call users.watch for each mailbox with the name of the topic. Repeat the call every day, because a watch expires after a week.',
  ],
  documentation: 'https://developers.google.com/workspace/gmail/api/guides/push',
  ...PUSH_VERIFICATION,
  interpret,
  answer: { status: 204, headers: {}, body: '', deadlineMs: 10_000 },
  environment: { secrets: [] },
  eventTypes: [...eventTypes('gmail', 'history'), ...HISTORY_TYPES],
  applicationSetup: GOOGLE_SETUP,
  oauth: googleOAuth(
    [READ_SCOPE],
    {
      kind: 'access',
      request: { method: 'GET', url: `${USER_URL}/profile`, authorization: 'bearer' },
      scopes: [...SCOPES, COMPOSE_SCOPE],
      id: ['/emailAddress'],
      name: '/emailAddress',
    },
    {
      accountHint: { parameter: 'login_hint', from: 'id' },
      settings: { topic: 'projects/{GOOGLE_PROJECT_ID}/topics/{GOOGLE_PUBSUB_TOPIC}' },
    },
  ),
  // A project that was made before May 2026 has 15,000 units.
  quotas: [
    { id: 'mailbox', countedBy: 'account', capacity: 6000, window: { seconds: 60 }, costs: COSTS },
    {
      id: 'project',
      countedBy: 'application',
      capacity: 1_200_000,
      window: { seconds: 60 },
      costs: COSTS,
    },
  ],
  answers: GOOGLE_ANSWERS,
  polling: [
    {
      // Google may drop notifications: polling finds the changes.
      id: 'history',
      everySeconds: 3600,
      request: {
        method: 'GET',
        url: `${USER_URL}/history`,
        query: { startHistoryId: '{cursor}', maxResults: '500' },
        authorization: 'bearer',
      },
      scopes: SCOPES,
      items: '/history',
      omitsEmptyItems: true,
      itemId: ['/id'],
      cursor: {
        from: { answer: '/historyId' },
        parameter: 'startHistoryId',
        initial: {
          request: { method: 'GET', url: `${USER_URL}/profile`, authorization: 'bearer' },
          at: '/historyId',
        },
        expired: {
          status: 404,
          resync: {
            request: {
              method: 'GET',
              url: `${USER_URL}/messages`,
              query: { q: 'after:{since}', maxResults: '500', includeSpamTrash: 'true' },
              authorization: 'bearer',
            },
            items: '/messages',
            omitsEmptyItems: true,
            pages: { tokenAt: '/nextPageToken', parameter: 'pageToken' },
            explode: explodeMessage,
          },
        },
      },
      pages: { tokenAt: '/nextPageToken', parameter: 'pageToken' },
      events: { explode: explodeHistory, types: HISTORY_TYPES },
      // Usually a week, sometimes hours.
      losesAfterSeconds: 21_600,
      // The watch is for the inbox.
      isNoticed({ type, payload }) {
        const labels = valueAt(payload, 'labelIds');
        return type === 'gmail.message.added' && Array.isArray(labels) && labels.includes('INBOX');
      },
      // Google sends at most one notice a second for a mailbox.
      againAfterSeconds: 3,
    },
  ],
  watches: [
    {
      id: 'mailbox',
      scopes: SCOPES,
      polls: ['history'],
      // Google allows one watch for a mailbox and a project.
      receiver: 'application',
      sharedByAccount: true,
      needs: {
        topicName:
          'No Pub/Sub topic is known: set GOOGLE_PROJECT_ID and GOOGLE_PUBSUB_TOPIC, or the setting `topic` of the OAuth application.',
      },
      create: {
        method: 'POST',
        url: `${USER_URL}/watch`,
        body: { json: { topicName: '{topicName}', labelIds: ['INBOX'], labelFilterBehavior: 'INCLUDE' } },
        authorization: 'bearer',
      },
      expiry: { answer: '/expiration', unit: 'milliseconds-since-1970' },
      lifetimeSeconds: 7 * 86_400,
      // As Google recommends.
      renewEverySeconds: 86_400,
      confirmedBy: 'first-push',
      unconfirmed:
        'Google sends a notice immediately. Check that the Pub/Sub subscription pushes to the address of POST /api/webhooks/gmail, with an identity token of the configured audience and service account.',
      stopFirst: { status: 400, contains: 'Only one user push notification client allowed' },
      problems: [
        {
          status: 400,
          contains: 'Only one user push notification client allowed',
          code: 'other_topic',
          message:
            'Another application watches this mailbox with another topic of the same project. Stop that watch, or use its topic.',
        },
        {
          status: 403,
          contains: 'Cloud PubSub',
          code: 'topic_role_missing',
          message:
            'Google may not publish to the topic: give gmail-api-push@system.gserviceaccount.com the role Pub/Sub Publisher on it.',
        },
        {
          status: 404,
          contains: 'topic',
          code: 'topic_missing',
          message: 'The Pub/Sub topic does not exist in that project.',
        },
        {
          status: 400,
          contains: 'topicName',
          code: 'topic_of_another_project',
          message: 'The topic must be in the Google Cloud project of the OAuth application.',
        },
      ],
      stop: { method: 'POST', url: `${USER_URL}/stop`, authorization: 'bearer' },
    },
  ],
  pushes: {
    identity: 'delivery',
    environment: {
      options: {
        audience: 'GOOGLE_PUBSUB_AUDIENCE',
        serviceAccountEmail: 'GOOGLE_PUBSUB_SERVICE_ACCOUNT',
        subscription: 'GOOGLE_PUBSUB_SUBSCRIPTION',
      },
    },
    keysOf: ({ accountId, accountName, values }) =>
      [values['emailAddress'], accountName, accountId].flatMap((text) =>
        text?.includes('@') ? [text.toLowerCase()] : [],
      ),
    // A notice says only that the mailbox changed. Its history id is no cursor: what is between would be lost.
    read({ payload }) {
      const mailbox = textAt(payload, 'emailAddress');
      return { keys: mailbox === undefined ? [] : [mailbox.toLowerCase()], polls: ['history'] };
    },
    setup: [
      'In Google Cloud, create a topic and allow gmail-api-push@system.gserviceaccount.com to publish to it.',
      'Create a subscription of the topic that pushes to {callbackUrl}, with authentication on.',
    ],
  },
};

function interpret(request: InboundRequest): Interpretation {
  const message = readPushMessage(request);
  if (!message.ok) return message;
  const parsed = parseJsonObject(message.data);
  if (!parsed.ok) return parsed;
  const emailAddress = textAt(parsed.value, 'emailAddress');
  const historySlice = objectMembers(message.data, rootSlice(message.data)).get('historyId')?.value;
  const historyId = historySlice === undefined ? undefined : scalarText(message.data, historySlice);
  if (emailAddress === undefined || historyId === undefined || !/^\d{1,20}$/.test(historyId)) {
    return reject('malformed_body', 'A Gmail message must have "emailAddress" and "historyId".');
  }
  const { messageId, publishTime, subscription } = message;
  const event = createEvent({
    provider: 'gmail',
    type: ['history'],
    source: [emailAddress],
    subject: emailAddress,
    timeMs: toTimeMs(publishTime),
    deliveryId: messageId,
    dedupeFields: [emailAddress, historyId],
    payload: Buffer.from(
      JSON.stringify({ emailAddress, historyId, messageId, publishTime, subscription }),
      'utf8',
    ),
  });
  return { ok: true, events: [event] };
}
