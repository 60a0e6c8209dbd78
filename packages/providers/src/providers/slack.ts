import type { NaturalKey } from '../connections/polling-specification.ts';
import type { RequestTemplate } from '../connections/request-template.ts';
import { createEvent, type EventDescription } from '../events/create-event.ts';
import { toTimeMs } from '../events/times.ts';
import { emptyOkWithin, type HttpAnswer } from '../provider/http-answer.ts';
import type { Interpretation } from '../provider/interpretation.ts';
import type { Provider } from '../provider/provider.ts';
import type { VerificationInput } from '../provider/verification.ts';
import { reject } from '../rejection.ts';
import { firstTextOf, formToJson, textsOf } from '../request/form/form-fields.ts';
import { formPayload, isForm, isRejection, readForm } from '../request/form/read-form.ts';
import { headerOf, type InboundRequest } from '../request/inbound-request.ts';
import { idAt, type JsonObject, textAt, valueAt } from '../request/json/json-access.ts';
import { parseJsonObject } from '../request/json/parse-json.ts';
import { toleranceOf } from '../schemes/check-age.ts';
import { compileHmacScheme } from '../schemes/hmac.ts';
import { SLACK_EVENT_TYPES } from './slack/event-types.ts';
import { SLACK_PUSHES } from './slack/pushes.ts';

const TIMESTAMP = 'x-slack-request-timestamp';
const TOLERANCE_SECONDS = 300;
/** The sender's message if the timestamp is old or missing, whatever else is wrong. */
const TOO_OLD = 'Request timestamp too old';
/** The challenges of Slack have about 50 characters. An echoed text must have a limit. */
const MAX_CHALLENGE_LENGTH = 512;
const MAX_SSL_CHECK_BYTES = 4096;
/** By the kind of a conversation. */
const READ_SCOPES = { public_channel: 'channels:read', private_channel: 'groups:read' };
const HISTORY_SCOPES = ['channels:history', 'groups:history', 'im:history', 'mpim:history'];

const scheme = compileHmacScheme({
  signature: { header: 'x-slack-signature', prefix: 'v0=' },
  encoding: 'hex',
  message: 'v0:{timestamp}:{body}',
  timestamp: { header: TIMESTAMP, dates: 'unknown', toleranceSeconds: TOLERANCE_SECONDS },
});

/** Decides by the text alone, before the signature is verified: it chooses a message, not an outcome. */
function isTooOld({ request, toleranceSeconds }: VerificationInput): boolean {
  const timestamp = headerOf(request, TIMESTAMP);
  if (timestamp === undefined) return true;
  const tolerance = toleranceOf({ toleranceSeconds }, TOLERANCE_SECONDS);
  return tolerance !== null && request.receivedAtMs / 1000 - Number(timestamp) > tolerance;
}

const AUTH_TEST: RequestTemplate = {
  method: 'POST',
  url: 'https://slack.com/api/auth.test',
  authorization: 'bearer',
};
/** `team_id` is that of the organisation if the application is installed in a whole organisation. */
const IDENTITY_VALUES = {
  teamId: '/team_id',
  enterpriseId: '/enterprise_id',
  userId: '/user_id',
  botId: '/bot_id',
};

/**
 * `X-Slack-Signature: v0=<hex>` over `v0:<X-Slack-Request-Timestamp>:<raw body>`. Slack's own library refuses only old
 * timestamps; here future ones are refused too. Events come as JSON, interactivity as a form with the JSON in
 * `payload`, slash commands as a form of plain fields.
 */
export const slack: Provider = {
  id: 'slack',
  name: 'Slack',
  evidence: [
    { kind: 'published-vector', source: 'https://docs.slack.dev/apis/events-api', checkedOn: '2026-11-29' },
    {
      kind: 'official-sdk',
      source: 'https://github.com/slackapi/bolt-js/blob/9a45c3c9/src/receivers/verify-request.ts',
      checkedOn: '2026-11-30',
    },
    { kind: 'official-docs', source: 'https://docs.slack.dev/apis/events-api', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: '/event_id of an event, trigger_id of an interaction or a command',
    names: 'the event, or the interaction; some interactions have no id, and two of them may be equal',
    unique: 'everywhere',
    stable: true,
    retries: true,
    equalBodies: 'events',
  },
  setup: [
    'At api.slack.com/apps, open the app, copy Signing Secret from Basic Information, and store it here.',
    'Under Event Subscriptions, switch events on and enter the address of this source as Request URL. Store the secret first: Slack verifies the address immediately, and Hookline answers.',
    'Choose the bot events to send, save, and install the app in the workspace again.',
    'For buttons and forms, enter the same address under Interactivity, and for commands under Slash Commands. Menus that request their options stay empty: the answer of Hookline only confirms receipt.',
  ],
  documentation: 'https://docs.slack.dev/apis/events-api',
  checkSecret: scheme.checkSecret,
  verify(input) {
    const verification = scheme.verify(input);
    if (verification.ok || verification.status !== 401 || !isTooOld(input)) return verification;
    return { ...verification, publicMessage: TOO_OLD };
  },
  /** Slack sometimes checks the certificate with an unsigned form. Hookline answers it and stores nothing. */
  handshake(request) {
    if (request.method !== 'POST' || !isForm(request) || request.rawBody.length > MAX_SSL_CHECK_BYTES) {
      return undefined;
    }
    const fields = readForm(request);
    if (isRejection(fields) || textsOf(fields, 'ssl_check').join('&') !== '1') return undefined;
    return { ok: true, answer: { status: 200, headers: {}, body: '' }, reason: 'slack_ssl_check' };
  },
  interpret: (request) => (isForm(request) ? interpretForm(request) : interpretEvent(request)),
  alwaysSends: ['type', 'command'],
  answer: emptyOkWithin(3_000),
  retryHeaders: { number: 'x-slack-retry-num', reason: 'x-slack-retry-reason' },
  environment: { secrets: ['SLACK_SIGNING_SECRET'] },
  eventTypes: SLACK_EVENT_TYPES,
  applicationSetup: {
    redirect:
      'At api.slack.com/apps, open the application and add it under OAuth & Permissions as Redirect URL.',
    secret: 'At api.slack.com/apps, open the application: the client secret is under Basic Information.',
    offlineAccess:
      'At api.slack.com/apps, under OAuth & Permissions, switch token rotation on, and connect the workspaces again.',
    refreshLives: [
      {
        check: 'pkce',
        seconds: 30 * 86_400,
        text: 'The refresh tokens of Slack end after 30 days: PKCE is switched on, which makes the application a public client.',
        advice:
          'This cannot be undone. Make another Slack application without PKCE, and connect the workspaces again.',
        absent: 'The refresh tokens do not end after 30 days, so PKCE is not switched on.',
      },
    ],
    limits: [
      {
        check: 'access',
        outcomes: ['no_access'],
        text: 'The bot is no member of some conversations that are polled.',
        advice: 'Invite the bot to the conversation: /invite @name-of-the-bot.',
        absent: 'The bot is a member of all conversations that are polled.',
      },
    ],
    rateClass: {
      setting: 'distribution',
      values: {
        '': {
          text: 'It is not known how the application is distributed. Hookline assumes the lowest limit: one request for messages a minute and 15 messages a page, for each workspace.',
          advice:
            'Set `settings.distribution` to internal or marketplace if the application is for one workspace or from the Slack Marketplace.',
        },
        other: {
          text: 'Applications for other companies outside of the Marketplace may make one request for messages a minute, for each workspace: about 120 conversations can be polled every four hours.',
          advice: 'Have messages pushed by the Events API, or publish the application in the Marketplace.',
        },
        internal: { text: 'An internal application may make 50 requests for messages a minute.' },
        marketplace: { text: 'A Marketplace application may make 50 requests for messages a minute.' },
      },
    },
  },
  oauth: {
    authorizationUrl: 'https://slack.com/oauth/v2/authorize',
    tokenUrl: 'https://slack.com/api/oauth.v2.access',
    revocation: {
      request: { method: 'POST', url: 'https://slack.com/api/auth.revoke', authorization: 'bearer' },
      status: 200,
      ends: 'token',
    },
    // Scopes of the bot; scopes of the user have a parameter of their own.
    scopes: ['channels:history', 'channels:read', 'groups:history', 'im:history'],
    scopeSeparator: ',',
    userScopeParameter: 'user_scope',
    // Switching PKCE on permanently makes the application a public client without a secret.
    pkce: 'none',
    clientAuthentication: 'basic',
    // One answer may have both tokens.
    credentials: [
      { kind: 'bot', at: '' },
      { kind: 'user', at: '/authed_user' },
    ],
    // `auth.test` with the token of a bot names the bot only.
    answerValues: { personId: '/authed_user/id' },
    identity: [
      {
        kind: 'bot',
        request: AUTH_TEST,
        id: ['/team_id'],
        name: '/team',
        kindShownBy: { at: '/bot_id', is: 'present' },
        values: IDENTITY_VALUES,
      },
      {
        kind: 'user',
        request: AUTH_TEST,
        id: ['/team_id', '/user_id'],
        name: '/team',
        kindShownBy: { at: '/bot_id', is: 'absent' },
        values: IDENTITY_VALUES,
      },
    ],
    // Token rotation is a setting of the application.
    expiry: 'opt-in',
    accessTokenLifetimeSeconds: 43_200,
    refresh: {
      rotation: 'always',
      finalErrors: [
        'invalid_refresh_token',
        'token_revoked',
        'token_expired',
        'invalid_auth',
        'account_inactive',
        'authorization_not_found',
        'invalid_code',
        'code_already_used',
      ],
      appErrors: [
        'invalid_client_id',
        'bad_client_secret',
        'bad_redirect_uri',
        'oauth_authorization_url_mismatch',
      ],
    },
    environment: [
      {
        clientId: 'SLACK_CLIENT_ID',
        clientSecret: 'SLACK_CLIENT_SECRET',
        settings: { distribution: '{SLACK_DISTRIBUTION}' },
      },
    ],
  },
  quotas: [
    {
      // Applications for other companies outside of the Marketplace may make one request a minute.
      id: 'history',
      countedBy: 'application-and-account',
      capacity: 1,
      capacityBy: { setting: 'distribution', values: { internal: 50, marketplace: 50, other: 1 } },
      window: { seconds: 60 },
      paths: ['/conversations.history'],
    },
  ],
  answers: {
    okAt: '/ok',
    codeAt: ['/error'],
    codes: {
      invalid_auth: 'unauthorized',
      not_authed: 'unauthorized',
      token_expired: 'unauthorized',
      token_revoked: 'unauthorized',
      account_inactive: 'unauthorized',
      missing_scope: 'missing-scope',
      no_permission: 'missing-scope',
      ratelimited: 'rate-limited',
      channel_not_found: 'gone',
      is_archived: 'gone',
      not_in_channel: 'no-access',
    },
  },
  pushedKey: ({ type, payload }) => {
    const [channel, ts] = [textAt(payload, 'event', 'channel'), textAt(payload, 'event', 'ts')];
    return type !== 'slack.message' || channel === undefined || ts === undefined
      ? undefined
      : messageKey(channel, ts);
  },
  polling: [
    {
      // Without the replies in threads. A failure is a 200 with `"ok": false`.
      id: 'messages',
      everySeconds: 14_400,
      request: {
        method: 'GET',
        url: 'https://slack.com/api/conversations.history',
        query: { channel: '{resource}', oldest: '{cursor}', limit: '{pageSize}' },
        authorization: 'bearer',
      },
      credential: 'bot',
      scopes: HISTORY_SCOPES,
      resources: {
        // The conversations that the bot is a member of: it can read no other.
        request: {
          method: 'GET',
          url: 'https://slack.com/api/users.conversations',
          query: { limit: '200', exclude_archived: 'true', types: '{conversationTypes}' },
          authorization: 'bearer',
        },
        items: '/channels',
        id: '/id',
        name: '/name',
        pages: { tokenAt: '/response_metadata/next_cursor', parameter: 'cursor' },
        byDefault: 'all',
        scopes: ['channels:read', 'groups:read'],
        values: (granted) => ({
          conversationTypes: Object.entries(READ_SCOPES)
            .filter(([, scope]) => granted?.includes(scope) ?? true)
            .map(([kind]) => kind)
            .join(','),
        }),
      },
      values: ({ distribution }) => ({
        pageSize: distribution === 'internal' || distribution === 'marketplace' ? '200' : '15',
      }),
      items: '/messages',
      itemId: ['/ts'],
      itemTime: { at: '/ts', unit: 's' },
      // A text, never a number: its digits are its identity.
      cursor: { from: { newestItem: '/ts', unit: 's' }, parameter: 'oldest', overlapSeconds: 60 },
      pages: { tokenAt: '/response_metadata/next_cursor', parameter: 'cursor' },
      events: { type: 'slack.message' },
      place: (_, { accountId, resource, values }) => ({
        source: [textAt(values, 'teamId') ?? accountId],
        subject: resource,
      }),
      naturalKey: (item, { resource }) => {
        const ts = textAt(item, 'ts');
        return resource === undefined || ts === undefined ? undefined : messageKey(resource, ts);
      },
    },
  ],
  pushes: SLACK_PUSHES,
};

/** A workspace is a connection, and the id of a message is its time in its channel. */
function messageKey(channel: string, ts: string): NaturalKey {
  return { key: `message:${channel}:${ts}` };
}

function interpretEvent(request: InboundRequest): Interpretation {
  const parsed = parseJsonObject(request.rawBody);
  if (!parsed.ok) return parsed;
  const envelope = parsed.value;
  const outerType = textAt(envelope, 'type');
  if (outerType === 'url_verification') return answerChallenge(envelope);

  const type = textAt(envelope, 'event', 'type') ?? outerType;
  const time =
    valueAt(envelope, 'event', 'event_ts') ??
    valueAt(envelope, 'event_time') ??
    valueAt(envelope, 'minute_rate_limited');
  return oneEvent({
    type: [type],
    source: sourceOf(envelope),
    subject: channelOf(envelope),
    timeMs: toTimeMs(time),
    deliveryId: idAt(envelope, 'event_id'),
    control: type === 'app_uninstalled' ? { kind: 'revoked' } : undefined,
    action: textAt(envelope, 'event', 'subtype'),
    dedupeFields: [type, textAt(envelope, 'event', 'event_ts'), idAt(envelope, 'minute_rate_limited')],
    payload: request.rawBody,
  });
}

function interpretForm(request: InboundRequest): Interpretation {
  const fields = readForm(request);
  if (isRejection(fields)) return fields;
  const text = (name: string) => firstTextOf(fields, name);
  if (fields.has('payload') || !fields.has('command')) {
    const interaction = formPayload(fields, 'payload');
    return isRejection(interaction) ? interaction : interpretInteraction(interaction);
  }
  return oneEvent({
    type: ['slash_command'],
    source: [text('team_id') ?? text('enterprise_id')],
    subject: text('channel_id'),
    deliveryId: text('trigger_id'),
    action: text('command'),
    dedupeFields: ['slash_command', text('trigger_id')],
    payload: formToJson(fields),
  });
}

function interpretInteraction(payload: Buffer): Interpretation {
  const parsed = parseJsonObject(payload);
  if (!parsed.ok) return parsed;
  const body = parsed.value;
  const type = textAt(body, 'type');
  const [firstAction] = asArray(valueAt(body, 'actions'));
  return oneEvent({
    type: [type],
    source: sourceOf(body),
    subject: channelOf(body),
    timeMs: toTimeMs(valueAt(firstAction, 'action_ts') ?? valueAt(body, 'action_ts')),
    deliveryId: idAt(body, 'trigger_id'),
    action: textAt(firstAction, 'action_id') ?? textAt(body, 'callback_id'),
    dedupeFields: [type, idAt(body, 'view', 'id'), textAt(body, 'view', 'hash')],
    payload,
  });
}

function oneEvent(description: Omit<EventDescription, 'provider'>): Interpretation {
  return { ok: true, events: [createEvent({ provider: 'slack', ...description })] };
}

/** The challenge that Slack sends when a person enters the address. It is signed like an event. */
function answerChallenge(envelope: JsonObject): Interpretation {
  const challenge = textAt(envelope, 'challenge');
  if (challenge === undefined || challenge.length > MAX_CHALLENGE_LENGTH) {
    return reject(
      'malformed_handshake',
      `url_verification must have a challenge of 1 to ${MAX_CHALLENGE_LENGTH} characters.`,
    );
  }
  const answer: HttpAnswer = {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', 'x-content-type-options': 'nosniff' },
    body: JSON.stringify({ challenge }),
  };
  return { ok: true, answer, reason: 'slack_url_verification' };
}

function sourceOf(body: JsonObject): (string | undefined)[] {
  const team = textAt(body, 'team_id') ?? textAt(body, 'team', 'id');
  return [team ?? textAt(body, 'enterprise_id') ?? textAt(body, 'enterprise', 'id')];
}

/** The channel is a member of the event, an object, or a member of the item with the reaction. */
function channelOf(body: JsonObject): string | undefined {
  for (const path of [
    ['event', 'channel'],
    ['event', 'channel', 'id'],
    ['event', 'channel_id'],
    ['event', 'item', 'channel'],
    ['channel', 'id'],
    ['container', 'channel_id'],
  ]) {
    const channel = textAt(body, ...path);
    if (channel !== undefined) return channel;
  }
  return undefined;
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
