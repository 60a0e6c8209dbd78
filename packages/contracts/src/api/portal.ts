import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { SECRET } from '../secret-field.ts';
import {
  list,
  message,
  nullable,
  one,
  PageQuery,
  patternWith,
  Timestamp,
  UserId,
  withDefault,
  withExample,
} from './common.ts';

/** The page of the customer portal on the gateway. */
export const PORTAL_PATH = '/portal';

/** What a portal session may be allowed to do. `portal-access.ts` lists the operations of each. */
export const PORTAL_CAPABILITIES = [
  'endpoints:view',
  'endpoints:manage',
  'endpoints:secret',
  'event-types:view',
  'events:view',
  'deliveries:view',
  'deliveries:replay',
  'transformations:manage',
] as const;
export type PortalCapability = (typeof PORTAL_CAPABILITIES)[number];

/** How long a session lasts unless its maker says otherwise, and at most. */
const USUAL_SECONDS = 3_600;
const MAX_SECONDS = 86_400;

/** The backgrounds of the portal's pages in both modes. The accent colour has to be visible on them. */
export const PORTAL_BACKGROUNDS = { light: '#ffffff', dark: '#111318' } as const;

const Colour = (description: string) =>
  Type.String({
    ...patternWith('^#[0-9A-Fa-f]{6}$', 'a colour such as #3b6fe0'),
    examples: ['#3b6fe0'],
    description,
  });

/** How the portal's pages look. It holds no CSS. */
export const PortalTheme = Type.Object(
  {
    accent: Type.Optional(
      Colour(
        `Colour of buttons and links. Its contrast with the backgrounds (${PORTAL_BACKGROUNDS.light}, and ${PORTAL_BACKGROUNDS.dark} in dark mode) has to be 3:1 at least`,
      ),
    ),
    accentDark: Type.Optional(Colour('The same in dark mode. Default: `accent`')),
    radius: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 24, description: 'Radius of corners, in pixels' }),
    ),
    mode: Type.Optional(
      Type.Enum(['light', 'dark', 'system'], { description: '`system` (default): as the browser says' }),
    ),
    logoUrl: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 2_048,
        description: 'An https address of one of the origins in `PORTAL_LOGO_ORIGINS`',
      }),
    ),
  },
  { additionalProperties: false },
);
export type PortalTheme = Static<typeof PortalTheme>;

/** A session of the portal, which acts for one tenant. */
export const PortalSession = Type.Object({
  id: Type.String(),
  userId: Type.String({ description: 'The tenant' }),
  capabilities: Type.Array(Type.Enum([...PORTAL_CAPABILITIES])),
  returnUrl: Type.String(),
  theme: nullable(PortalTheme),
  createdAt: Timestamp,
  openedAt: nullable(Timestamp),
  lastUsedAt: Type.Union([Timestamp, Type.Null()], { description: 'To the minute' }),
  expiresAt: Timestamp,
});
export type PortalSession = Static<typeof PortalSession>;

/** What the portal's page gets: the token of its calls, and what it needs to know of its session. */
export const PortalAccess = Type.Object({
  token: Type.String({
    ...SECRET,
    description: 'Send it as `Authorization: Bearer`. Keep it in memory only',
  }),
  tokenExpiresAt: Timestamp,
  session: PortalSession,
});
export type PortalAccess = Static<typeof PortalAccess>;

const common = { owner: 'gateway', role: 'tenant', tag: 'Portal' } as const;

export const portalOperations = defineOperations({
  createPortalSession: {
    ...common,
    method: 'POST',
    path: '/api/portal/sessions',
    scope: 'portal:create',
    summary: 'Create a session of the customer portal',
    description:
      'The answer has the address of the portal with a token in its fragment. Send the browser of your customer there, or open it in a frame. The token opens the portal once. The session acts for the tenant `userId`, and can do what its capabilities allow and nothing else. An operator has to name the tenant.',
    body: withExample(
      Type.Object(
        {
          userId: Type.Optional(UserId),
          capabilities: Type.Optional(
            Type.Array(Type.Enum([...PORTAL_CAPABILITIES]), {
              minItems: 1,
              maxItems: PORTAL_CAPABILITIES.length,
              description: 'What the session may do. Needed unless `readOnly` is true',
            }),
          ),
          readOnly: Type.Optional(
            Type.Boolean({
              description: 'true: all capabilities that end in `:view`. Not with `capabilities`',
            }),
          ),
          expiresInSeconds: withDefault(
            Type.Integer({
              minimum: 1,
              maximum: MAX_SECONDS,
              description: 'How long the session lasts',
            }),
            USUAL_SECONDS,
          ),
          returnUrl: Type.String({
            minLength: 1,
            maxLength: 2_048,
            examples: ['https://app.example.com/webhooks'],
            description:
              'Where the portal leads back to: an https address, or http on the local machine. Where `PORTAL_RETURN_ORIGINS` is set, an address of one of these origins',
          }),
          theme: Type.Optional(PortalTheme),
        },
        { additionalProperties: false },
      ),
      { userId: 'acme', readOnly: true, returnUrl: 'https://app.example.com/webhooks' },
    ),
    success: {
      status: 201,
      schema: one(
        Type.Intersect([
          PortalSession,
          Type.Object({
            url: Type.String({
              ...SECRET,
              description: 'Address of the portal, with the token in its fragment. Shown only in this answer',
            }),
          }),
        ]),
      ),
    },
  },

  listPortalSessions: {
    ...common,
    method: 'GET',
    path: '/api/portal/sessions',
    scope: 'portal:create',
    summary: 'List the portal sessions that have not ended, newest first',
    query: Type.Object({ ...PageQuery, userId: Type.Optional(UserId) }),
    success: { status: 200, schema: list(PortalSession) },
  },

  endPortalSession: {
    ...common,
    method: 'DELETE',
    path: '/api/portal/sessions/:id',
    scope: 'portal:create',
    summary: 'End a portal session',
    description: 'Its tokens stop within a second, on every replica, and its live feeds are closed.',
    params: Type.Object({ id: Type.String({ maxLength: 200 }) }),
    query: Type.Object({ userId: Type.Optional(UserId) }),
    success: { status: 200, schema: message },
  },

  exchangePortalToken: {
    ...common,
    method: 'POST',
    path: '/api/portal/exchange',
    // The token of the address authenticates it.
    scope: null,
    summary: "Open the portal: exchange the token of its address for the token of the portal's calls",
    description:
      'Send the token `hps_…` as `Authorization: Bearer`. It can be exchanged once. The new token works for 15 minutes; `POST /api/portal/renew` gives the next one until the session ends.',
    success: { status: 201, schema: one(PortalAccess) },
  },

  renewPortalToken: {
    ...common,
    method: 'POST',
    path: '/api/portal/renew',
    // It needs no capability of the portal session that calls it.
    scope: null,
    summary: "Get the next token of the portal's calls",
    description: 'Only a portal session can call it. The token before stays valid until it expires.',
    success: { status: 201, schema: one(PortalAccess) },
  },
});
