import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import {
  list,
  message,
  nullable,
  one,
  PageQuery,
  patternWith,
  readOnly,
  Timestamp,
  UserId,
} from './common.ts';
import { changedSettings, newSettings } from './settings.ts';

const Origin = patternWith(
  '^https?://[^?#@\\s]{1,300}$',
  'an address (without a query, such as https://github.example.com)',
);

/** A list of scopes, as providers write them. */
export const Scopes = Type.Array(
  Type.String({
    maxLength: 200,
    ...patternWith('^[!#-+\\--\\[\\]-~]+$', 'a scope: printable characters without spaces and commas'),
  }),
  { maxItems: 100 },
);

/** What an application is set up for at its provider. */
export const OAuthAppSettings = Type.Object(
  {
    distribution: Type.Optional(
      Type.Enum(['internal', 'marketplace', 'other'], {
        description:
          'Slack: how the application is distributed. `other`: commercially and outside of the Marketplace, with low rate limits',
      }),
    ),
    kind: Type.Optional(
      Type.Enum(['oauth_app', 'github_app'], {
        description: 'GitHub: an OAuth App has scopes, a GitHub App has permissions. Default `oauth_app`',
      }),
    ),
    slug: Type.Optional(
      Type.String({
        maxLength: 100,
        ...patternWith('^[A-Za-z0-9-]+$', 'letters, digits and "-"'),
        description: 'GitHub App: its name in https://github.com/apps/<slug>, for installing it',
      }),
    ),
    topic: Type.Optional(
      Type.String({
        maxLength: 500,
        ...patternWith('^projects/[^/\\s]+/topics/[^/\\s]+$', 'projects/<project>/topics/<topic>'),
        description: 'Gmail: the Pub/Sub topic of the notifications',
      }),
    ),
    scopes: Type.Optional({
      ...Scopes,
      description: "Scopes to ask for, in place of the provider's default",
    }),
    userScopes: Type.Optional({
      ...Scopes,
      description: 'Slack: scopes of the person, beside `scopes`, which are those of the bot',
    }),
    quotaGroup: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description:
          'Applications of one tenant, or of the installation, with the same text share the quotas of one project, or of one developer at Spotify',
      }),
    ),
    origins: Type.Optional(
      Type.Record(Type.String(), Type.String({ ...Origin, maxLength: 310 }), {
        maxProperties: 20,
        description:
          'Origins to call in place of the provider\'s, e.g. for GitHub Enterprise: {"https://api.github.com": "https://github.example.com"}',
      }),
    ),
  },
  { additionalProperties: false },
);
export type OAuthAppSettings = Static<typeof OAuthAppSettings>;

/** An OAuth application, by which accounts of one provider are connected. Its secret is never returned. */
export const OAuthApp = Type.Object({
  id: Type.String(),
  userId: nullable(Type.String({ description: 'null: an application of the installation, for all tenants' })),
  provider: Type.String(),
  name: nullable(Type.String()),
  clientId: Type.String(),
  redirectUrl: Type.String({ description: 'Redirect address to register at the provider' }),
  source: Type.Enum(['environment', 'api'], {
    description: '`environment`: from variables of the scheduler, which alone can change it',
  }),
  settings: OAuthAppSettings,
  fault: nullable(
    Type.Object(
      { code: Type.String(), message: Type.String(), since: Timestamp },
      {
        description:
          'Why the provider refuses the application itself, e.g. its secret. All its connections are paused until a new `clientSecret` is set',
      },
    ),
  ),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type OAuthApp = Static<typeof OAuthApp>;

/** What the doctor found out about an OAuth application. */
export const OAuthAppExamination = Type.Object({
  checkedAt: Timestamp,
  status: Type.Enum(['ok', 'warning', 'problem'], { description: 'The worst of the checks' }),
  checks: Type.Array(
    Type.Object({
      id: Type.String({ description: 'A stable code, such as `redirect-address`' }),
      status: Type.Enum(['ok', 'warning', 'problem', 'unknown'], {
        description: '`unknown`: nothing has shown it yet, such as a first connected account',
      }),
      text: Type.String({ description: 'What was found' }),
      advice: nullable(Type.String({ description: 'What to do' })),
    }),
  ),
});
export type OAuthAppExamination = Static<typeof OAuthAppExamination>;

const noControls = patternWith('^[^\\u0000-\\u001f\\u007f-\\u009f]+$', 'text without control characters');
const ClientId = Type.String({ minLength: 1, maxLength: 500, ...noControls });
const ClientSecret = Type.String({ minLength: 1, maxLength: 4096, ...noControls });
const settings = {
  name: Type.Optional(nullable(Type.String({ maxLength: 200 }))),
  settings: Type.Optional(OAuthAppSettings),
};
const params = Type.Object({ id: Type.String({ maxLength: 100 }) });
const forUser = Type.Object({ userId: Type.Optional(UserId) });
const common = { owner: 'scheduler', role: 'tenant', tag: 'OAuth applications' } as const;

export const oauthAppOperations = defineOperations({
  createOAuthApp: {
    ...common,
    method: 'POST',
    path: '/api/oauth-apps',
    scope: 'connections:write',
    summary: 'Create an OAuth application',
    description:
      "By an operator without `userId` it is an application of the installation, which every tenant may use; otherwise it is the tenant's own. A tenant's own application takes precedence.",
    body: newSettings(settings, {
      provider: Type.String({ maxLength: 64, examples: ['github'] }),
      clientId: ClientId,
      clientSecret: ClientSecret,
      userId: Type.Optional(UserId),
    }),
    success: { status: 201, schema: one(OAuthApp) },
  },

  listOAuthApps: {
    ...common,
    method: 'GET',
    path: '/api/oauth-apps',
    scope: 'connections:read',
    summary: 'List OAuth applications',
    description: 'A tenant sees its own applications and those of the installation.',
    query: Type.Object({
      ...PageQuery,
      userId: Type.Optional(UserId),
      provider: Type.Optional(Type.String({ maxLength: 64 })),
    }),
    success: { status: 200, schema: list(OAuthApp) },
  },

  getOAuthApp: {
    ...common,
    method: 'GET',
    path: '/api/oauth-apps/:id',
    scope: 'connections:read',
    summary: 'Get an OAuth application',
    params,
    query: forUser,
    success: { status: 200, schema: one(OAuthApp) },
  },

  updateOAuthApp: {
    ...common,
    method: 'PATCH',
    path: '/api/oauth-apps/:id',
    scope: 'connections:write',
    summary: 'Change an OAuth application',
    description:
      'Changes only the fields that the body has (RFC 7396). Other `origins` need the `clientSecret` again. A new `clientSecret` ends a fault: the connections that were paused for it are refreshed again. An application from the environment is changed there.',
    params,
    query: forUser,
    body: changedSettings(settings, {
      clientSecret: Type.Optional(ClientSecret),
      ...readOnly(
        'id',
        'userId',
        'provider',
        'clientId',
        'redirectUrl',
        'source',
        'fault',
        'createdAt',
        'updatedAt',
      ),
    }),
    success: { status: 200, schema: one(OAuthApp) },
  },

  examineOAuthApp: {
    ...common,
    method: 'GET',
    path: '/api/oauth-apps/:id/doctor',
    scope: 'connections:read',
    summary: 'Look for mistakes in the set-up of an OAuth application',
    description:
      'Checks the redirect address, the secret, offline access, scopes, pushes, rate limits and clocks, by what its connections have shown and by one request to the provider without a secret. It is also done after creation, after each failed attempt to connect, and every week. Applications of the installation are for operators.',
    params,
    query: forUser,
    success: { status: 200, schema: one(OAuthAppExamination) },
  },

  deleteOAuthApp: {
    ...common,
    method: 'DELETE',
    path: '/api/oauth-apps/:id',
    scope: 'connections:write',
    summary: 'Delete an OAuth application that has no connections',
    params,
    query: forUser,
    success: { status: 200, schema: message },
  },
});
