import Type from 'typebox';
import { DEFAULT_CLIENT_SECRET } from '../../start-applications.ts';
import { operation } from '../operations.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import type { Account, Application, Decision } from './records.ts';

export const RotationSchema = Type.Union([
  Type.Object({ kind: Type.Literal('none') }),
  Type.Object({ kind: Type.Literal('immediate') }),
  Type.Object({
    kind: Type.Literal('grace'),
    seconds: Type.Number({ minimum: 0 }),
    secondAnswerEndsFirst: Type.Optional(Type.Boolean()),
  }),
  Type.Object({ kind: Type.Literal('family-revocation') }),
]);

/** Members of the input of every `createApplication`. */
export const APPLICATION_MEMBERS = {
  clientId: Type.String({ minLength: 1, maxLength: 200 }),
  clientSecret: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  name: Type.Optional(Type.String({ maxLength: 200 })),
  redirectUris: Type.Optional(Type.Array(Type.String({ maxLength: 2_000 }), { maxItems: 20 })),
  rotation: Type.Optional(RotationSchema),
  autoApprove: Type.Optional(Type.Boolean()),
};

interface ApplicationInput {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly name?: string;
  readonly redirectUris?: string[];
  readonly rotation?: Application['rotation'];
  readonly autoApprove?: boolean;
}

/** The members that every application has, from the input of `createApplication` and the provider's defaults. */
export function applicationOf(
  input: ApplicationInput,
  defaults: Pick<Application, 'rotation' | 'accessTokenSeconds' | 'refreshTokenSeconds'>,
): Application {
  return {
    ...defaults,
    clientId: input.clientId,
    clientSecret: input.clientSecret ?? DEFAULT_CLIENT_SECRET,
    name: input.name ?? input.clientId,
    redirectUris: [...(input.redirectUris ?? [])],
    autoApprove: input.autoApprove ?? false,
    rotation: input.rotation ?? defaults.rotation,
  };
}

const Whose = Type.Object(
  {
    account: Type.Optional(Type.String({ description: 'The id or the name. Default: every account.' })),
    clientId: Type.Optional(Type.String()),
    reason: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

/** Operations that every provider has. `consent` stands for a person in front of the page. */
export function commonOperations(
  server: AuthorizationServer<Application, Account>,
  consent: (url: string, decision: Decision) => string,
) {
  const accountId = (name: string | undefined) =>
    name === undefined ? undefined : server.accountNamed(name).id;
  return {
    /** The address of the callback to which a browser would be sent. */
    consent: operation(
      Type.Object(
        {
          url: Type.String({ maxLength: 10_000 }),
          approve: Type.Optional(Type.Boolean()),
          account: Type.Optional(Type.String()),
          scopes: Type.Optional(Type.Array(Type.String())),
        },
        { additionalProperties: false },
      ),
      ({ url, approve, account, scopes }) => ({
        location: consent(url, {
          approve: approve ?? true,
          ...(account !== undefined && { account }),
          ...(scopes !== undefined && { scopes }),
        }),
      }),
    ),
    /** Tokens without a consent page, such as a personal access token. */
    issueToken: operation(
      Type.Object(
        {
          clientId: Type.String(),
          account: Type.String(),
          scopes: Type.Array(Type.String()),
          kind: Type.Optional(
            Type.Union([Type.Literal('access'), Type.Literal('bot'), Type.Literal('user')]),
          ),
          facts: Type.Optional(Type.Record(Type.String(), Type.String())),
        },
        { additionalProperties: false },
      ),
      (input) => {
        const application = server.applicationNamed(input.clientId);
        const grant = server.addGrant(application, server.accountNamed(input.account).id, input.facts);
        const { access, refresh } = server.issue(application, grant, {
          kind: input.kind ?? 'access',
          scopes: input.scopes,
        });
        return {
          accessToken: access.text,
          refreshToken: refresh?.text,
          expiresAtMs: access.expiresAtMs,
          refreshExpiresAtMs: refresh?.expiresAtMs,
        };
      },
    ),
    /** Ends the grants of an account, as the person does in the settings of the provider. */
    revokeGrants: operation(Whose, ({ account, clientId, reason }) => {
      const grants = server.grantsOf(clientId, accountId(account));
      for (const grant of grants) server.endGrant(grant, reason ?? 'revoked');
      return { grants: grants.length };
    }),
    /** Ends access tokens early; refresh tokens stay. */
    expireAccessTokens: operation(Whose, ({ account, clientId }) => ({
      tokens: server.expireAccess(accountId(account), clientId),
    })),
    /** How a token is: for a comparison of what the application stores with what the provider accepts. */
    inspectToken: operation(
      Type.Object({ token: Type.String() }, { additionalProperties: false }),
      ({ token }) => {
        const found = server.accessToken(token) ?? server.refreshToken(token);
        if (found === undefined) return { known: false as const };
        const used = 'usedAtMs' in found && found.usedAtMs !== undefined;
        const death = server.whyDead(found) ?? (used ? 'used' : undefined);
        return {
          known: true as const,
          alive: death === undefined,
          reason: death,
          account: found.grant.accountId,
          kind: found.kind,
          scopes: found.scopes,
          generation: 'generation' in found ? found.generation : undefined,
        };
      },
    ),
    changeApplication: operation(
      Type.Object(
        {
          clientId: Type.String(),
          clientSecret: Type.Optional(Type.String()),
          rotation: Type.Optional(RotationSchema),
          autoApprove: Type.Optional(Type.Boolean()),
          redirectUris: Type.Optional(Type.Array(Type.String(), { maxItems: 20 })),
          accessTokenSeconds: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
          refreshTokenSeconds: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
        },
        { additionalProperties: false },
      ),
      ({ clientId, accessTokenSeconds, refreshTokenSeconds, ...changes }) => {
        const application = server.applicationNamed(clientId);
        Object.assign(application, changes);
        if (accessTokenSeconds !== undefined)
          application.accessTokenSeconds = accessTokenSeconds ?? undefined;
        if (refreshTokenSeconds !== undefined)
          application.refreshTokenSeconds = refreshTokenSeconds ?? undefined;
        return { clientId };
      },
    ),
  };
}
