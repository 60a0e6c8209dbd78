import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { Answer } from '../core/answer.ts';
import type { EmulatedAnswer, Emulator, EmulatorContext } from '../core/emulator.ts';
import { AuthorizationServer } from '../core/oauth/authorization-server.ts';
import { APPLICATION_MEMBERS, applicationOf, commonOperations } from '../core/oauth/common-operations.ts';
import { type ConsentRules, consentTo, mountConsentPage } from '../core/oauth/consent-page.ts';
import type { Account, Application, Decision } from '../core/oauth/records.ts';
import type { Refusal } from '../core/oauth/refusal.ts';
import { mountTokenEndpoint, secondsLeft } from '../core/oauth/token-endpoint.ts';
import { operation } from '../core/operations.ts';
import { bearerToken, numberOf, ownOrigin, queryParameters } from '../core/parameters.ts';
import { WindowLimit } from '../core/window-limit.ts';
import { type Play, Plays } from './plays.ts';

const HOUR_SECONDS = 3_600;
/** Six months from the consent; an exchange does not extend it. */
const CONSENT_SECONDS = 180 * 86_400;
const SCOPE_RECENTLY_PLAYED = 'user-read-recently-played';

interface SpotifyApplication extends Application {
  /** In development mode only these accounts may use the application, at most five. */
  allowedAccounts: string[] | undefined;
  /** Applications of one developer share one quota while in development mode. */
  readonly developer: string;
}

/** Spotify: the authorization code flow, the profile, and the recently played tracks. */
export function createSpotify(context: EmulatorContext) {
  const { clock } = context;
  const server = new AuthorizationServer<SpotifyApplication, Account>({
    provider: 'spotify',
    clock,
    log: context.log,
    codeSeconds: 600,
    pkce: true,
    refreshLifeFromConsent: true,
  });
  const rules: ConsentRules = {
    paths: ['/accounts.spotify.com/authorize'],
    title: 'Spotify',
    granular: false,
    rejectRedirect: (address) =>
      address.hostname === 'localhost'
        ? 'Insecure redirect URI: use https or a loopback address.'
        : undefined,
  };
  const plays = new Plays();
  const rateLimit = new WindowLimit(clock, 180, 30_000);
  const exhaustedUntilMs = new Map<string, number>();
  let tracks = 0;

  const accountNamed = (name: string): Account => {
    const account = server.findAccount(name);
    if (account === undefined) throw new RangeError(`There is no account "${name}".`);
    return account;
  };
  const consent = (url: string, decision: Decision) => consentTo(server, rules, url, decision);
  const operations = {
    ...commonOperations(server, consent),
    createApplication: operation(
      Type.Object(
        {
          ...APPLICATION_MEMBERS,
          allowedAccounts: Type.Optional(Type.Array(Type.String(), { maxItems: 5 })),
          developer: Type.Optional(Type.String()),
        },
        { additionalProperties: false },
      ),
      ({ allowedAccounts, developer, ...input }) => {
        const application: SpotifyApplication = {
          ...applicationOf(input, {
            rotation: { kind: 'none' },
            accessTokenSeconds: HOUR_SECONDS,
            refreshTokenSeconds: CONSENT_SECONDS,
          }),
          allowedAccounts,
          developer: developer ?? 'emulated-developer',
        };
        server.applications.set(application.clientId, application);
        return { clientId: application.clientId, clientSecret: application.clientSecret };
      },
    ),
    createAccount: operation(
      Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false }),
      ({ id }) => {
        server.accounts.set(id, { id, name: id });
        return { id };
      },
    ),
    addPlays: operation(
      Type.Object(
        {
          account: Type.String(),
          plays: Type.Array(
            Type.Object(
              {
                trackId: Type.Optional(Type.String()),
                trackName: Type.Optional(Type.String()),
                playedAtMs: Type.Optional(Type.Number({ description: 'Default: the emulated time.' })),
                visibleAfterSeconds: Type.Optional(
                  Type.Number({ minimum: 0, description: 'How late the list shows it.' }),
                ),
                missing: Type.Optional(Type.Boolean({ description: 'The list never shows it.' })),
              },
              { additionalProperties: false },
            ),
            { maxItems: 1_000 },
          ),
        },
        { additionalProperties: false },
      ),
      (input) => {
        const made = input.plays.map((play): Play => {
          tracks += 1;
          const playedAtMs = play.playedAtMs ?? clock.nowMs();
          const visible = clock.nowMs() + (play.visibleAfterSeconds ?? 0) * 1000;
          return {
            trackId: play.trackId ?? `track${String(tracks).padStart(17, '0')}`,
            trackName: play.trackName ?? `Song ${tracks}`,
            playedAtMs,
            visibleAtMs: play.missing ? Number.POSITIVE_INFINITY : visible,
          };
        });
        plays.add(accountNamed(input.account).id, made);
        return { plays: made.map(({ trackId, playedAtMs }) => ({ trackId, playedAtMs })) };
      },
    ),
    answerEmptyLists: operation(
      Type.Object(
        { account: Type.String(), times: Type.Integer({ minimum: 0, maximum: 1_000 }) },
        { additionalProperties: false },
      ),
      ({ account, times }) => plays.answerEmpty(accountNamed(account).id, times),
    ),
    setRateLimit: operation(
      Type.Object(
        { requests: Type.Integer({ minimum: 0 }), windowSeconds: Type.Number({ minimum: 1 }) },
        { additionalProperties: false },
      ),
      ({ requests, windowSeconds }) => {
        rateLimit.requests = requests;
        rateLimit.windowMs = windowSeconds * 1000;
        rateLimit.reset();
      },
    ),
    /** The development-mode quota of a developer is used up for that long. */
    exhaustQuota: operation(
      Type.Object(
        { developer: Type.Optional(Type.String()), seconds: Type.Number({ minimum: 0 }) },
        { additionalProperties: false },
      ),
      ({ developer, seconds }) => {
        exhaustedUntilMs.set(developer ?? 'emulated-developer', clock.nowMs() + seconds * 1000);
      },
    ),
  };
  operations.createApplication({ clientId: 'emulated-spotify-app', name: 'Example music app' });
  operations.createAccount({ id: 'listener-ada' });
  operations.createAccount({ id: 'listener-ben' });

  const authenticate = (request: FastifyRequest) => {
    const text = bearerToken(request);
    const token = server.findAccess(text);
    const account = token === undefined ? undefined : server.accounts.get(token.grant.accountId);
    const application = token === undefined ? undefined : server.applications.get(token.grant.clientId);
    if (token === undefined || account === undefined || application === undefined) {
      if (text === undefined) throw failure(401, 'No token provided');
      const expired = server.accessToken(text)?.expiresAtMs ?? Number.POSITIVE_INFINITY;
      throw failure(401, expired <= clock.nowMs() ? 'The access token expired' : 'Invalid access token');
    }
    const quotaEndsMs = exhaustedUntilMs.get(application.developer) ?? 0;
    if (quotaEndsMs > clock.nowMs()) {
      throw rateLimited((quotaEndsMs - clock.nowMs()) / 1000, 'QUOTA_EXCEEDED');
    }
    const limit = rateLimit.take(application.clientId);
    if (limit.refused) throw rateLimited((limit.resetAtMs - clock.nowMs()) / 1000);
    if (application.allowedAccounts !== undefined && !application.allowedAccounts.includes(account.id)) {
      throw failure(403, 'User not registered in the Developer Dashboard');
    }
    return { token, account };
  };

  const emulator: Emulator = {
    provider: 'spotify',
    hosts: ['accounts.spotify.com', 'api.spotify.com'],
    operations,
    mount(app: FastifyInstance) {
      mountConsentPage(app, server, rules);
      mountTokenEndpoint(app, server, {
        paths: ['/accounts.spotify.com/api/token'],
        redeem: (application, code) =>
          server.issue(application, server.addGrant(application, code.accountId), { scopes: code.scopes }),
        answer: ({ access, refresh }, grantType) => {
          const rotated = server.applications.get(access.grant.clientId)?.rotation.kind !== 'none';
          return {
            access_token: access.text,
            token_type: 'Bearer',
            expires_in: secondsLeft(access.expiresAtMs, clock.nowMs()),
            scope: access.scopes.join(' '),
            // An exchange without rotation returns no refresh token.
            ...(refresh !== undefined &&
              (grantType !== 'refresh_token' || rotated) && { refresh_token: refresh.text }),
          };
        },
        refuse,
      });
      app.get('/api.spotify.com/v1/me', async (request) => {
        const { account } = authenticate(request);
        return {
          id: account.id,
          display_name: account.name,
          type: 'user',
          uri: `spotify:user:${account.id}`,
          href: `https://api.spotify.com/v1/users/${account.id}`,
          external_urls: { spotify: `https://open.spotify.com/user/${account.id}` },
          followers: { href: null, total: 0 },
          images: [],
        };
      });
      app.get('/api.spotify.com/v1/me/player/recently-played', async (request) => {
        const { token, account } = authenticate(request);
        if (!token.scopes.includes(SCOPE_RECENTLY_PLAYED)) throw failure(403, 'Insufficient client scope');
        return recentlyPlayed(request, account);
      });
    },
    accountOf: (token) => (server.accessToken(token) ?? server.refreshToken(token))?.grant.accountId,
    rateLimited: (seconds) => rateLimited(seconds),
    invalidGrant: () => INVALID_GRANT,
    invalidClient: () => INVALID_CLIENT,
    consentPaths: rules.paths,
    consent,
  };
  return { emulator, operations };

  function recentlyPlayed(request: FastifyRequest, account: Account) {
    const query = queryParameters(request);
    if (query['after'] !== undefined && query['before'] !== undefined) {
      throw failure(400, 'Only one of after and before is allowed');
    }
    const limitText = query['limit'] ?? '20';
    if (!/^\d+$/.test(limitText) || Number(limitText) < 1 || Number(limitText) > 50) {
      throw failure(400, 'Invalid limit');
    }
    const limit = numberOf(limitText, 20, 1, 50);
    const list = plays.list(account.id, {
      limit,
      after: timeOf(query['after']),
      before: timeOf(query['before']),
      nowMs: clock.nowMs(),
    });
    const newest = list[0];
    const oldest = list.at(-1);
    const address = `${ownOrigin(request)}/api.spotify.com/v1/me/player/recently-played`;
    return {
      href: `${address}?limit=${limit}`,
      limit,
      items: list.map(toItem),
      next:
        list.length === limit && oldest !== undefined
          ? `${address}?before=${oldest.playedAtMs}&limit=${limit}`
          : null,
      cursors:
        newest !== undefined && oldest !== undefined
          ? { after: String(newest.playedAtMs), before: String(oldest.playedAtMs) }
          : null,
    };
  }
}

const INVALID_GRANT: EmulatedAnswer = {
  status: 400,
  body: { error: 'invalid_grant', error_description: 'Refresh token revoked' },
};
const INVALID_CLIENT: EmulatedAnswer = {
  status: 400,
  body: { error: 'invalid_client', error_description: 'Invalid client secret' },
};

function refuse(refusal: Refusal): EmulatedAnswer {
  switch (refusal.code) {
    case 'invalid_client':
      return INVALID_CLIENT;
    case 'invalid_grant':
      return {
        status: 400,
        body: {
          error: 'invalid_grant',
          error_description: INVALID_GRANTS[refusal.reason] ?? 'Refresh token revoked',
        },
      };
    case 'redirect_uri_mismatch':
      return { status: 400, body: { error: 'invalid_grant', error_description: 'Invalid redirect URI' } };
    default:
      return { status: 400, body: { error: refusal.code, error_description: refusal.reason } };
  }
}

const INVALID_GRANTS: Readonly<Record<string, string>> = {
  unknown: 'Invalid refresh token',
  verifier: 'code_verifier was incorrect',
};

function failure(status: number, message: string): Answer {
  return new Answer(status, { error: { status, message } });
}

function rateLimited(seconds: number, reason?: string): Answer {
  const message = reason === undefined ? 'API rate limit exceeded' : 'Quota exceeded';
  return new Answer(
    429,
    { error: { status: 429, message, ...(reason !== undefined && { reason }) } },
    { 'retry-after': String(Math.max(1, Math.ceil(seconds))) },
  );
}

function timeOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function toItem(play: Play) {
  return {
    track: {
      id: play.trackId,
      name: play.trackName,
      type: 'track',
      uri: `spotify:track:${play.trackId}`,
      duration_ms: 200_000,
      artists: [{ id: 'artist1', name: 'An artist', type: 'artist' }],
    },
    played_at: new Date(play.playedAtMs).toISOString(),
    context: null,
  };
}
