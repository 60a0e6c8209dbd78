import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Answer } from '../core/answer.ts';
import { bearerToken, ownOrigin, queryParameters } from '../core/parameters.ts';
import type { SpotifyLimits } from './limits.ts';
import type { Play, Plays } from './plays.ts';
import type { SpotifyAuthorization } from './state.ts';

const SCOPE_RECENTLY_PLAYED = 'user-read-recently-played';
const BASE = '/api.spotify.com/v1/me';

/** The profile and the recently played tracks. */
export function mountApi(
  app: FastifyInstance,
  server: SpotifyAuthorization,
  limits: SpotifyLimits,
  plays: Plays,
): void {
  app.get(BASE, async (request) => {
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

  app.get(`${BASE}/player/recently-played`, async (request) => {
    const { token, account } = authenticate(request);
    if (!token.scopes.includes(SCOPE_RECENTLY_PLAYED)) throw failure(403, 'Insufficient client scope');
    const { limit: text = '20', after, before } = queryParameters(request);
    if (after !== undefined && before !== undefined) {
      throw failure(400, 'Only one of after and before is allowed');
    }
    const limit = /^\d{1,2}$/.test(text) ? Number(text) : 0;
    if (limit < 1 || limit > 50) throw failure(400, 'Invalid limit');
    const list = plays.list(account.id, {
      limit,
      after: timeOf(after),
      before: timeOf(before),
      nowMs: server.nowMs(),
    });
    return toPage(list, limit, `${ownOrigin(request)}${BASE}/player/recently-played`);
  });

  /** @throws Answer 401, 403, 429 */
  function authenticate(request: FastifyRequest) {
    const text = bearerToken(request);
    const token = server.findAccess(text);
    const account = server.accounts.get(token?.grant.accountId ?? '');
    const application = server.applications.get(token?.grant.clientId ?? '');
    if (token === undefined || account === undefined || application === undefined) {
      const known = server.accessToken(text);
      const expired = known !== undefined && server.whyDead(known) === 'expired';
      if (text === undefined) throw failure(401, 'No token provided');
      throw failure(401, expired ? 'The access token expired' : 'Invalid access token');
    }
    limits.take(application);
    if (application.allowedAccounts !== undefined && !application.allowedAccounts.includes(account.id)) {
      throw failure(403, 'User not registered in the Developer Dashboard');
    }
    return { token, account };
  }
}

/** Newest first; the cursors are the times of its two ends. */
function toPage(list: readonly Play[], limit: number, address: string) {
  const newest = list[0];
  const oldest = list.at(-1);
  const cursors =
    newest !== undefined && oldest !== undefined
      ? { after: String(newest.playedAtMs), before: String(oldest.playedAtMs) }
      : null;
  return {
    href: `${address}?limit=${limit}`,
    limit,
    items: list.map(toItem),
    next:
      cursors !== null && list.length === limit ? `${address}?before=${cursors.before}&limit=${limit}` : null,
    cursors,
  };
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

function timeOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function failure(status: number, message: string): Answer {
  return new Answer(status, { error: { status, message } });
}
