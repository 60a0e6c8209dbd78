import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { SCOPES } from '../scope.ts';
import { message, nullable, one, Timestamp } from './common.ts';

/**
 * A page sends this header, with any value, with each write that its session cookie authenticates. No form, and no page of
 * another origin, can.
 */
export const CSRF_HEADER = 'x-hookline-csrf';

/** Routes of browsers that sign in at an identity provider. They answer with redirects. */
export const OIDC_START_PATH = '/api/session/oidc/start';
export const OIDC_CALLBACK_PATH = '/api/session/oidc/callback';

/** How people may sign in, for the page on which they do. It needs no authentication. */
export const SIGN_IN_METHODS_PATH = '/api/session/methods';
export interface SignInMethods {
  /** Where a browser begins to sign in at the identity provider. null: there is none. */
  identityProvider: { path: string } | null;
}

export const Session = Type.Object({
  id: Type.String({ description: 'The id of the session or of the API key' }),
  kind: Type.Enum(['session', 'key', 'token'], { description: 'How the request was authenticated' }),
  role: Type.Enum(['tenant', 'operator']),
  userId: nullable(Type.String()),
  scopes: Type.Array(Type.Enum([...SCOPES])),
  readOnly: Type.Boolean({ description: 'Whether all scopes end in `:read`' }),
  expiresAt: Type.Union([Timestamp, Type.Null()], {
    description: 'When it ends by itself. A session that is used before goes on, for at most 7 days',
  }),
});
export type Session = Static<typeof Session>;

const common = { owner: 'gateway', role: 'tenant', path: '/api/session', tag: 'Session' } as const;

export const sessionOperations = defineOperations({
  createSession: {
    ...common,
    method: 'POST',
    scope: null,
    summary: 'Sign in with an API key',
    description:
      'Send the key as for every call. The answer sets a cookie that stands for the key in this browser: it ends 12 hours after its last use, 7 days after the sign-in, when the key ends, or by DELETE. It works for calls of pages of the same origin and for the live feed. Writes need the header `X-Hookline-CSRF`, with any value.',
    success: { status: 201, schema: one(Session) },
  },

  getSession: {
    ...common,
    method: 'GET',
    scope: null,
    summary: 'Show who is calling',
    success: { status: 200, schema: one(Session) },
  },

  deleteSession: {
    ...common,
    method: 'DELETE',
    scope: null,
    summary: 'Sign out',
    description:
      'Ends the session on every replica within a second, with its live feeds. A key or token has no session, and stays valid.',
    success: { status: 200, schema: message },
  },
});
