import { createEvent } from '../events/create-event.ts';
import { toTimeMsOf } from '../events/times.ts';
import type { HttpAnswer } from '../provider/http-answer.ts';
import type { Interpretation } from '../provider/interpretation.ts';
import type { Provider } from '../provider/provider.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import { idAt, type JsonObject, objectAt, textAt, valueAt } from '../request/json/json-access.ts';
import { parseJsonObject } from '../request/json/parse-json.ts';
import { compileEd25519Scheme } from '../schemes/ed25519.ts';
import { DISCORD_EVENT_TYPES } from './discord/event-types.ts';

/**
 * Webhook events and interactions, which may come to one address: `X-Signature-Ed25519` (hex) over
 * `X-Signature-Timestamp` and the raw body. Discord sends invalid signatures on purpose and expects 401. It documents
 * no maximum age and retries for ten minutes, so timestamps of any age are accepted. A repeat is recognised by the id
 * of the interaction, or by the content of the event.
 *
 * Hookline answers an interaction as deferred. The receiver of the event must respond through Discord's API within 15
 * minutes.
 */
export const discord: Provider = {
  id: 'discord',
  name: 'Discord',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/discord/discord-api-docs/blob/main/developers/events/webhook-events.mdx',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://discord.com/developers/docs/events/webhook-events',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: '/id of an interaction',
    names: 'the interaction; webhook events have no id',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 600,
  },
  setup: [
    'At discord.com/developers, open the application and copy Public Key from General Information, and store it here as the secret.',
    'Under Webhooks, enter the address of this source as Endpoint URL, switch events on and choose them. Discord verifies the address immediately, and Hookline answers.',
    'For commands and buttons, enter the same address as Interactions Endpoint URL under General Information.',
  ],
  documentation: 'https://discord.com/developers/docs/events/webhook-events',
  ...compileEd25519Scheme({
    signature: { header: 'x-signature-ed25519' },
    encoding: 'hex',
    message: '{timestamp}{body}',
    timestamp: { header: 'x-signature-timestamp', dates: 'unknown', toleranceSeconds: null },
    publicKeyPrefix: '',
    publicKeyEncoding: 'hex',
  }),
  interpret,
  answer: { status: 204, headers: {}, body: '', deadlineMs: 3_000 },
  environment: { secrets: [] },
  eventTypes: DISCORD_EVENT_TYPES,
  applicationSetup: {
    redirect: 'At discord.com/developers, open the application and add it under OAuth2 as redirect.',
    secret: 'At discord.com/developers, open the application and reset the client secret under OAuth2.',
    offlineAccess: 'Discord always gives refresh tokens. Connect the accounts again.',
  },
  oauth: {
    authorizationUrl: 'https://discord.com/oauth2/authorize',
    tokenUrl: 'https://discord.com/api/v10/oauth2/token',
    revocation: {
      request: {
        method: 'POST',
        url: 'https://discord.com/api/v10/oauth2/token/revoke',
        body: { form: { token: '{refreshToken}' } },
        authorization: 'client',
      },
      status: 200,
      ends: 'grant',
    },
    scopes: ['identify', 'guilds', 'connections'],
    scopeSeparator: ' ',
    // For applications without a secret.
    pkce: 'none',
    clientAuthentication: 'basic',
    authorizationParameters: { prompt: 'consent' },
    identity: [
      {
        kind: 'access',
        request: {
          method: 'GET',
          url: 'https://discord.com/api/v10/users/@me',
          authorization: 'bearer',
        },
        scopes: ['identify'],
        id: ['/id'],
        name: '/username',
      },
    ],
    expiry: 'always',
    accessTokenLifetimeSeconds: 604_800,
    refresh: { rotation: 'always', finalErrors: [] },
    environment: [{ clientId: 'DISCORD_CLIENT_ID', clientSecret: 'DISCORD_CLIENT_SECRET' }],
  },
  quotas: [
    {
      // At 10,000 such answers in ten minutes Discord bans the address of the sender for a day.
      id: 'invalid-requests',
      countedBy: 'egress',
      capacity: 2000,
      window: { seconds: 600 },
      counts: 'refusals',
    },
  ],
  answers: { codeAt: ['/message'], codes: {} },
  // No messages: a user token cannot read messages.
  polling: [
    {
      id: 'guilds',
      everySeconds: 14_400,
      request: {
        method: 'GET',
        url: 'https://discord.com/api/v10/users/@me/guilds',
        // A user is a member of at most 200 servers.
        query: { limit: '200' },
        authorization: 'bearer',
      },
      scopes: ['guilds'],
      items: '',
      itemId: ['/id'],
      events: { added: 'discord.guild.joined', removed: 'discord.guild.left', remember: ['/id', '/name'] },
    },
    {
      id: 'connections',
      everySeconds: 14_400,
      request: {
        method: 'GET',
        url: 'https://discord.com/api/v10/users/@me/connections',
        authorization: 'bearer',
      },
      scopes: ['connections'],
      items: '',
      itemId: ['/type', '/id'],
      events: {
        added: 'discord.connection.added',
        removed: 'discord.connection.removed',
        remember: ['/type', '/id', '/name'],
      },
    },
  ],
  pushes: {
    identity: 'delivery',
    environment: { secret: 'DISCORD_PUBLIC_KEY' },
    keysOf: ({ accountId }) => [accountId],
    read({ type, payload }) {
      const user = idAt(payload, 'event', 'data', 'user', 'id') ?? idAt(payload, 'event', 'data', 'user_id');
      const keys = user === undefined ? [] : [user];
      return type === 'discord.application_deauthorized'
        ? { keys, grant: { change: 'revoked', keys, reason: 'revoked_at_provider' } }
        : { keys };
    },
    setup: [
      'At discord.com/developers, open the application, and under Webhooks enter {callbackUrl} as Endpoint URL.',
      'Switch events on, and choose Application Deauthorized.',
    ],
  },
};

interface InteractionKind {
  readonly name: string;
  /** JSON answers. 5: a message follows; 6: the message may be edited later; 8: the choices of an autocomplete. */
  readonly response: string;
}

/** The kinds of interactions by `type`; 1 is the ping. */
const INTERACTIONS: ReadonlyMap<unknown, InteractionKind> = new Map([
  [2, { name: 'application_command', response: '{"type":5}' }],
  [3, { name: 'message_component', response: '{"type":6}' }],
  // Choices cannot be deferred.
  [4, { name: 'application_command_autocomplete', response: '{"type":8,"data":{"choices":[]}}' }],
  [5, { name: 'modal_submit', response: '{"type":5}' }],
]);

const NO_CONTENT: HttpAnswer = { status: 204, headers: {}, body: '' };

function interactionAnswer(body: string): HttpAnswer {
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
}

function interpret(request: InboundRequest): Interpretation {
  const parsed = parseJsonObject(request.rawBody);
  if (!parsed.ok) return parsed;
  const body = parsed.value;
  const type = valueAt(body, 'type');
  const event = objectAt(body, 'event');
  // An event and the ping of interactions both have type 1.
  if (event !== undefined) return interpretEvent(request, body, event);
  if (type === 0) return { ok: true, answer: NO_CONTENT, reason: 'discord_ping' };
  if (type === 1)
    return { ok: true, answer: interactionAnswer('{"type":1}'), reason: 'discord_interactions_ping' };
  return interpretInteraction(request, body, type);
}

function interpretEvent(request: InboundRequest, body: JsonObject, event: JsonObject): Interpretation {
  const type = textAt(event, 'type')?.toLowerCase();
  const created = createEvent({
    provider: 'discord',
    type: [type],
    source: [idAt(body, 'application_id')],
    subject: idAt(event, 'data', 'user', 'id') ?? idAt(event, 'data', 'user_id') ?? idAt(event, 'data', 'id'),
    // The times in the examples have no zone.
    timeMs: toTimeMsOf('iso', valueAt(event, 'timestamp')),
    dedupeFields: [type, textAt(event, 'timestamp'), idAt(event, 'data', 'id')],
    payload: request.rawBody,
  });
  return { ok: true, events: [created] };
}

function interpretInteraction(request: InboundRequest, body: JsonObject, type: unknown): Interpretation {
  const kind = INTERACTIONS.get(type);
  const created = createEvent({
    provider: 'discord',
    type: ['interaction', kind?.name ?? 'unknown'],
    source: [idAt(body, 'application_id')],
    subject: idAt(body, 'channel_id') ?? idAt(body, 'guild_id'),
    deliveryId: idAt(body, 'id'),
    action: textAt(body, 'data', 'name') ?? textAt(body, 'data', 'custom_id'),
    dedupeFields: [kind?.name],
    payload: request.rawBody,
  });
  const answer = kind && interactionAnswer(kind.response);
  return { ok: true, events: [created], ...(answer && { answer }) };
}
