import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { SECRET } from '../secret-field.ts';
import {
  list,
  nullable,
  one,
  PageQuery,
  patternWith,
  readOnly,
  Timestamp,
  UserId,
  withDefault,
  withExample,
} from './common.ts';
import { Scopes } from './oauth-apps.ts';
import { changedSettings, newSettings } from './settings.ts';

/**
 * The routes of browsers, which have no key of their own. The gateway passes them to the scheduler with the browser's
 * cookies, and passes redirects and cookies back.
 */
export const OAUTH_START_ROUTE = '/api/oauth/:provider/start';
export const OAUTH_CALLBACK_ROUTE = '/api/oauth/:provider/callback';

export const oauthStartPath = (provider: string) => OAUTH_START_ROUTE.replace(':provider', provider);
export const oauthCallbackPath = (provider: string) => OAUTH_CALLBACK_ROUTE.replace(':provider', provider);

export const ConnectionStatus = Type.Enum(
  ['connected', 'refreshing', 'degraded', 'needs_reauth', 'revoked', 'paused'],
  {
    description:
      '`refreshing`: the token could not be refreshed yet; it is tried again. `degraded`: works in part, see `reason`. `needs_reauth`: a person must connect the account again. `revoked`: the person or the provider withdrew the grant. `paused`: by a call, or because the application is faulty',
  },
);
export type ConnectionStatus = Static<typeof ConnectionStatus>;

export const TokenKind = Type.Enum(['access', 'bot', 'user'], {
  description: 'Slack has a `bot` and a `user` token; the others have an `access` token',
});
export type TokenKind = Static<typeof TokenKind>;

const Interval = Type.Integer({ minimum: 60, maximum: 2_592_000 });

/** Settings of a connection, for creating and changing it. */
export const ConnectionSettings = Type.Object(
  {
    values: Type.Optional(
      Type.Record(Type.String(), Type.String({ minLength: 1, maxLength: 500 }), {
        maxProperties: 50,
        description: "Values for the provider's requests, by name, such as YouTube's `channelId`",
      }),
    ),
    intervals: Type.Optional(
      Type.Record(Type.String(), Interval, {
        maxProperties: 50,
        description: "Seconds between two polls, by the id of the poll. Default: the provider's",
      }),
    ),
    resources: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 300 }), {
        maxItems: 1_000,
        description:
          'What to follow, e.g. repositories as `owner/name`, or all of an owner as `owner/*`. Absent: what the provider offers, and at GitHub each repository from its first activity on. A change that adds what the account does not see is refused; if the account is connected with such names, `status` is `degraded`. What is renamed at the provider is followed, and has its new name here',
      }),
    ),
    events: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
        maxItems: 100,
        description: "The provider's names of the events to subscribe to. Default: the provider's",
      }),
    ),
  },
  { additionalProperties: false },
);
export type ConnectionSettings = Static<typeof ConnectionSettings>;

/** An account at a provider, whose events arrive as long as it is connected. Its tokens are never returned here. */
export const Connection = Type.Object({
  id: Type.String(),
  userId: Type.String(),
  provider: Type.String(),
  appId: Type.String({ description: 'The OAuth application by which it is connected' }),
  account: Type.Object({
    id: Type.String({ description: "The provider's id of the account" }),
    name: nullable(Type.String()),
  }),
  status: ConnectionStatus,
  reason: nullable(Type.String({ description: 'Why, as a stable code' })),
  message: nullable(Type.String({ description: 'Why, in words, and what to do' })),
  since: Timestamp,
  scopes: Type.Object({
    requested: Type.Array(Type.String()),
    granted: nullable(Type.Array(Type.String())),
    missing: Type.Array(
      Type.Object({
        scopes: Type.Array(Type.String(), { description: 'One of them is needed' }),
        pauses: Type.Array(Type.String(), { description: 'The polls and watches that rest without it' }),
      }),
      { description: 'Scopes that were not granted, and what rests because of it' },
    ),
    reconnect: nullable(
      Type.Object(
        { provider: Type.String(), connectionId: Type.String() },
        {
          description:
            'The body of `POST /api/connections/links` that creates a link for the person. The link asks for the missing scopes and keeps the connection. null: nothing that is known is missing',
        },
      ),
    ),
  }),
  settings: ConnectionSettings,
  tokens: Type.Array(
    Type.Object({
      kind: TokenKind,
      generation: Type.Integer({ description: 'Counts refreshes and new grants' }),
      expiresAt: nullable(Timestamp),
      nextRefreshAt: nullable(Timestamp),
      refreshTokenExpiresAt: nullable(Timestamp),
      refreshingUntil: nullable(
        Type.String({
          format: 'date-time',
          description:
            'Set while a refresh is under way. If the replica that does it has died, another one refreshes the token at this time',
        }),
      ),
    }),
  ),
  polls: Type.Array(
    Type.Object({
      id: Type.String(),
      resources: Type.Integer({
        description: 'How many resources are polled, each on its own. 0: the account',
      }),
      intervalSeconds: Type.Integer({ description: 'As wanted' }),
      quotaShare: nullable(
        Type.Object(
          {
            intervalSeconds: Type.Integer({ description: 'How often it is polled while the quota is short' }),
            quotas: Type.Array(Type.String()),
          },
          { description: 'Set while a quota that connections share stretches the interval' },
        ),
      ),
      nextAt: nullable(Timestamp),
      lastSucceededAt: nullable(Timestamp),
      lastOutcome: nullable(Type.String()),
      lastError: nullable(Type.String()),
      resting: nullable(
        Type.Object(
          { count: Type.Integer(), reason: Type.String() },
          { description: 'How many polls rest, and why one of them does' },
        ),
      ),
      today: Type.Object(
        { expected: Type.Integer(), done: Type.Integer() },
        { description: 'Runs since midnight in UTC' },
      ),
    }),
  ),
  consentAt: Timestamp,
  consentEndsAt: nullable(
    Type.String({
      format: 'date-time',
      description:
        'When a person must connect again, as far as that is known. It is announced 30, 7 and 1 day before',
    }),
  ),
  verifiedAt: nullable(
    Type.String({ format: 'date-time', description: 'When the provider last accepted a token' }),
  ),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Connection = Static<typeof Connection>;

export const JournalEntry = Type.Object({
  id: Type.String(),
  at: Timestamp,
  kind: Type.Enum([
    'consent',
    'refresh',
    'poll',
    'watch',
    'hook',
    'push',
    'quota',
    'gap',
    'error',
    'status',
    'token',
  ]),
  outcome: Type.String(),
  text: Type.String({ description: 'What happened, in words' }),
  detail: Type.Record(Type.String(), Type.Unknown()),
});
export type JournalEntry = Static<typeof JournalEntry>;

/** What became of a grant at the provider when its connection was deleted. */
export const GrantRevocation = Type.Enum(['revoked', 'pending', 'shared', 'refused', 'not_supported'], {
  description:
    '`revoked`: the provider has ended the grant. `pending`: the provider did not answer as it should, or a refresh is under way; it is tried for a day. `shared`: the grant stays, because another connection may share it. `refused`: the provider refuses for good, mostly because the grant has ended before. `not_supported`: the provider cannot be asked (Spotify); the person can end the grant in the settings of the account there',
});
export type GrantRevocation = Static<typeof GrantRevocation>;

/** A webhook of a deleted connection that the provider still has. */
export const RemainingWebhook = Type.Object({
  watch: Type.String({ description: 'What it is at the provider, such as repository-hook' }),
  resource: Type.Object({ id: Type.String(), name: nullable(Type.String()) }),
  webhookId: nullable(Type.String({ description: "The provider's id of it" })),
  state: Type.Enum(['pending', 'not_removed'], {
    description:
      '`pending`: its removal is tried again for a day. `not_removed`: a person has to remove it at the provider, or it ends by itself, see `message`',
  }),
  message: nullable(Type.String({ description: 'Why it is still there, in words, and what to do' })),
});
export type RemainingWebhook = Static<typeof RemainingWebhook>;

const ReturnUrl = Type.String({
  maxLength: 2_000,
  description:
    'Where the browser goes afterwards, with `connection` and `status`, or with `error`. https, or http on a loopback address',
});
const ConnectionId = Type.String({ maxLength: 100, description: 'The connection to connect again' });
const AppId = Type.String({
  maxLength: 100,
  description:
    "The OAuth application. Default: that of `connectionId`; else the tenant's own, else that of the installation. It must be named if there are several of these: `GET /api/oauth-apps` lists them",
});
const Provider = Type.String({ maxLength: 64, examples: ['github'] });
const Token = Type.String({
  minLength: 1,
  maxLength: 8_192,
  ...patternWith('^[\\x20-\\x7e]+$', 'visible ASCII characters and spaces'),
});
const params = Type.Object({ id: Type.String({ maxLength: 100 }) });
const forUser = Type.Object({ userId: Type.Optional(UserId) });
const common = { owner: 'scheduler', role: 'tenant', tag: 'Connections' } as const;
const SLOW_MS = 30_000;

const act = (name: string, summary: string, description: string) =>
  ({
    ...common,
    method: 'POST',
    path: `/api/connections/:id/${name}`,
    scope: 'connections:write',
    summary,
    description,
    params,
    query: forUser,
    answersWithinMs: SLOW_MS,
    success: { status: 200, schema: one(Connection) },
  }) as const;

/** The query of `GET /api/oauth/:provider/start`. */
export const OAuthStartQuery = Type.Object(
  {
    returnUrl: Type.Optional(ReturnUrl),
    appId: Type.Optional(AppId),
    connectionId: Type.Optional(ConnectionId),
    /** The token of a link of `POST /api/connections/links`, in place of a key and of everything else. */
    link: Type.Optional(Type.String({ maxLength: 100 })),
    /** GitHub App: the person chooses where it is installed. */
    install: Type.Optional(Type.Boolean()),
    userId: Type.Optional(UserId),
  },
  { additionalProperties: false },
);
export type OAuthStartQuery = Static<typeof OAuthStartQuery>;

export const connectionOperations = defineOperations({
  createConnection: {
    ...common,
    method: 'POST',
    path: '/api/connections',
    scope: 'connections:write',
    summary: 'Connect an account by a token that exists already',
    description:
      'For moving from another system: `refreshToken` of the same OAuth application, or `accessToken`, e.g. a personal access token, which is not refreshed. The account is looked up before anything is stored. If the answer does not arrive, repeat the call: a refresh token that is used up is not exchanged again, and the answer is its connection. To connect with a consent, send a browser to `GET /api/oauth/{provider}/start`.',
    body: withExample(
      newSettings(
        { settings: Type.Optional(ConnectionSettings) },
        {
          provider: Provider,
          appId: Type.Optional(AppId),
          refreshToken: Type.Optional(Token),
          accessToken: Type.Optional(Token),
          kind: Type.Optional(TokenKind),
          scopes: Type.Optional(Scopes),
          userId: Type.Optional(UserId),
        },
      ),
      { provider: 'github', accessToken: 'a personal access token' },
    ),
    answersWithinMs: SLOW_MS,
    success: { status: 201, schema: one(Connection) },
  },

  createConnectionLink: {
    ...common,
    method: 'POST',
    path: '/api/connections/links',
    scope: 'connections:write',
    summary: 'Create a link by which a browser without a key connects an account, once',
    description:
      'The link ends at `expiresAt`, with its use, and with the API key or the session that made it: when the key is revoked, expires or is replaced, or when the session ends. A link that was made with a JWT ends at `expiresAt` only.',
    body: newSettings(
      { settings: Type.Optional(ConnectionSettings) },
      {
        provider: Provider,
        appId: Type.Optional(AppId),
        connectionId: Type.Optional(ConnectionId),
        returnUrl: Type.Optional(ReturnUrl),
        scopes: Type.Optional(Scopes),
        expiresInSeconds: withDefault(Type.Integer({ minimum: 60, maximum: 604_800 }), 3_600),
        userId: Type.Optional(UserId),
      },
    ),
    success: {
      status: 201,
      schema: one(
        Type.Object({ url: Type.String({ ...SECRET, description: 'Works once' }), expiresAt: Timestamp }),
      ),
    },
  },

  listConnections: {
    ...common,
    method: 'GET',
    path: '/api/connections',
    scope: 'connections:read',
    summary: 'List connections',
    query: Type.Object({
      ...PageQuery,
      userId: Type.Optional(UserId),
      provider: Type.Optional(Provider),
      status: Type.Optional(ConnectionStatus),
    }),
    success: { status: 200, schema: list(Connection) },
  },

  getConnection: {
    ...common,
    method: 'GET',
    path: '/api/connections/:id',
    scope: 'connections:read',
    summary: 'Get a connection',
    params,
    query: forUser,
    success: { status: 200, schema: one(Connection) },
  },

  updateConnection: {
    ...common,
    method: 'PATCH',
    path: '/api/connections/:id',
    scope: 'connections:write',
    summary: 'Change the settings of a connection',
    description:
      'Changes only the fields that the body has (RFC 7396). `null` resets a field to its default.',
    params,
    query: forUser,
    body: changedSettings(
      { settings: Type.Optional(ConnectionSettings) },
      readOnly(
        'id',
        'userId',
        'provider',
        'appId',
        'account',
        'status',
        'reason',
        'message',
        'since',
        'scopes',
        'tokens',
        'polls',
        'consentAt',
        'consentEndsAt',
        'verifiedAt',
        'createdAt',
        'updatedAt',
      ),
    ),
    answersWithinMs: SLOW_MS,
    success: { status: 200, schema: one(Connection) },
  },

  deleteConnection: {
    ...common,
    method: 'DELETE',
    path: '/api/connections/:id',
    scope: 'connections:write',
    summary: 'Disconnect an account',
    description:
      'Forgets the tokens, removes the webhooks that were registered, and then revokes the grant at the provider unless another connection shares it. `revocation` tells what became of the grant, `webhooks` what the provider still has. What is `pending` is tried for a day. `GET /api/connections/:id/journey` tells for 30 days how that ended.',
    params,
    query: forUser,
    answersWithinMs: SLOW_MS,
    success: {
      status: 200,
      schema: one(
        Type.Object({
          message: Type.String(),
          revocation: GrantRevocation,
          webhooks: Type.Array(RemainingWebhook, {
            description: 'Webhooks that the provider still has. Their pushes are refused',
          }),
        }),
      ),
    },
  },

  pauseConnection: act(
    'pause',
    'Pause a connection',
    'Polls and watches rest, and a push that comes meanwhile becomes no event. Tokens are still refreshed, so that the grant stays alive, and `GET /api/connections/:id/token` still hands them out.',
  ),
  resumeConnection: act(
    'resume',
    'Resume a paused connection',
    'Polls continue where they stopped, within five minutes, and find what the provider still lists. Pushes become events again; those that came in the pause do not.',
  ),
  refreshConnection: act(
    'refresh',
    'Refresh the tokens of a connection now',
    'Answers 200 only when the new tokens are stored; a token without a refresh token is not changed. If the provider refuses the refresh token for the first time, the answer is 409 `refresh_refused`: it is asked once more, at `details.nextRefreshAt`, because such an answer is sometimes wrong. For other failures 503 `provider_unavailable` says why, in `details.reason` too, and `Retry-After` says when it is tried again; if only a new consent can help, or there is no refresh token, the answer is 409 `connection_unavailable`; if the provider does not accept the OAuth application, it is 409 `app_misconfigured`. While the provider asks for a pause it is not called.',
  ),

  pollConnection: {
    ...common,
    method: 'POST',
    path: '/api/connections/:id/poll',
    scope: 'connections:write',
    summary: 'Poll a connection now',
    description:
      'The polls run as soon as possible, and use the reserve of the quotas that polls by the clock leave. Logs of the provider with what it pushed are read as well. `backfill` also publishes what the provider lists from before the connection was made. If none can run, the answer says what is in the way: 409 `connection_unavailable` (the connection is paused or needs a consent), `permission_missing` (`details.reconnect` creates the link that asks for it) or `nothing_to_poll`.',
    params,
    query: Type.Object({
      poll: Type.Optional(Type.String({ maxLength: 100, description: 'The id of one poll. Default: all' })),
      resource: Type.Optional(
        Type.String({ minLength: 1, maxLength: 300, description: "The provider's id of one resource" }),
      ),
      backfill: Type.Optional(Type.Boolean()),
      userId: Type.Optional(UserId),
    }),
    success: {
      status: 202,
      schema: one(
        Type.Object({
          polls: Type.Integer({
            description:
              'How many polls run. Polls that rest do not: see the connection. 0: the resources of the account are listed first, and their polls follow',
          }),
        }),
      ),
    },
  },

  getConnectionJourney: {
    ...common,
    method: 'GET',
    path: '/api/connections/:id/journey',
    scope: 'connections:read',
    summary: 'List what happened to a connection, newest first',
    description: 'Also for 30 days after the connection was deleted.',
    params,
    query: Type.Object({ ...PageQuery, userId: Type.Optional(UserId) }),
    success: { status: 200, schema: list(JournalEntry) },
  },

  getConnectionToken: {
    ...common,
    method: 'GET',
    path: '/api/connections/:id/token',
    scope: 'connections:token',
    summary: 'Get the access token of a connection',
    description:
      "For the tenant's own back end. Refreshes the token first if it is not valid for `minValidSeconds`. Each call is recorded in the connection's journey and in the audit, without the token. A paused connection hands out its token too: a pause stops polls and pushes only. With the status `needs_reauth` or `revoked` the answer is 409 `connection_unavailable`. A token that has ended while the provider does not accept the OAuth application is 409 `app_misconfigured`.",
    params,
    query: Type.Object({
      kind: Type.Optional(TokenKind),
      minValidSeconds: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 31_536_000,
          description: 'Default: 60, or half of the life of the token if that is less',
        }),
      ),
      userId: Type.Optional(UserId),
    }),
    answersWithinMs: SLOW_MS,
    success: {
      status: 200,
      schema: one(
        Type.Object({
          token: Type.String(SECRET),
          kind: TokenKind,
          expiresAt: nullable(Timestamp),
        }),
      ),
    },
  },
});
