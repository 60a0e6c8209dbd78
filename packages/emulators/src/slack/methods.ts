import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EmulatorClock } from '../core/clock.ts';
import { Refusal } from '../core/oauth/refusal.ts';
import { allParameters, bearerToken, clientCredentials, numberOf } from '../core/parameters.ts';
import { WindowLimit } from '../core/window-limit.ts';
import { access, exchange, type OAuthParts } from './oauth.ts';
import { rateLimited, slackError } from './slack-error.ts';
import { botUserOf, type Channel, type ChannelKind, type Message, type SlackCaller } from './state.ts';

const MINUTE_MS = 60_000;
/** Pages of `conversations.history` for commercial applications outside of the Marketplace. */
const MAX_MESSAGES_OTHER = 15;

/** The kind of a channel in the names of scopes. */
const SCOPE_PREFIXES: Readonly<Record<ChannelKind, string>> = {
  public_channel: 'channels',
  private_channel: 'groups',
  im: 'im',
  mpim: 'mpim',
};

export interface SlackParts extends OAuthParts {
  readonly clock: EmulatorClock;
  readonly channels: ReadonlyMap<string, Channel>;
  /** Ends all grants of a workspace and tells the application. */
  readonly uninstall: (clientId: string, teamId: string) => void;
}

export interface MethodLimits {
  /** Tier 3: per method, workspace and application. */
  readonly tier3: WindowLimit;
  /** `conversations.history` of applications with the distribution `other`. */
  readonly history: WindowLimit;
}

export function createMethodLimits(clock: EmulatorClock): MethodLimits {
  return { tier3: new WindowLimit(clock, 50, MINUTE_MS), history: new WindowLimit(clock, 1, MINUTE_MS) };
}

/** The methods of the Web API, each by GET and by POST. */
export function mountMethods(app: FastifyInstance, parts: SlackParts, limits: MethodLimits): void {
  const { server, teams, channels, clock } = parts;
  const method = (name: string, handle: (request: FastifyRequest) => unknown) => {
    app.route({
      method: ['GET', 'POST'],
      url: `/slack.com/api/${name}`,
      handler: async (request) => handle(request),
    });
  };

  method('oauth.v2.access', (request) => access(parts, request));
  method('oauth.v2.exchange', (request) => exchange(parts, request));
  method('auth.test', (request) => {
    const { token, application, teamId, userId } = callerOf(request);
    const team = teams.get(teamId);
    return {
      ok: true,
      url: `https://${team?.name}.slack.com/`,
      team: team?.name,
      team_id: teamId,
      user: server.accounts.get(userId)?.name ?? application.name,
      user_id: userId,
      ...(token.kind === 'bot' && { bot_id: `B${userId.slice(1)}` }),
      is_enterprise_install: false,
    };
  });
  method('auth.revoke', (request) => {
    const { token } = callerOf(request);
    if (['1', 'true'].includes(allParameters(request)['test'] ?? '')) return { ok: true, revoked: false };
    server.endToken(token, 'revoked');
    return { ok: true, revoked: true };
  });
  method('apps.uninstall', (request) => {
    const { application, teamId } = callerOf(request);
    try {
      server.authenticate(clientCredentials(request, allParameters(request)));
    } catch (error) {
      if (error instanceof Refusal) throw slackError('bad_client_secret');
      throw error;
    }
    parts.uninstall(application.clientId, teamId);
    return { ok: true };
  });
  method('users.conversations', (request) => {
    const caller = callerOf(request);
    limit(limits.tier3, 'users.conversations', caller);
    const parameters = allParameters(request);
    const kinds = (parameters['types'] ?? 'public_channel').split(',');
    for (const kind of kinds) {
      const prefix = SCOPE_PREFIXES[kind as ChannelKind];
      if (prefix === undefined) throw slackError('invalid_types');
      requireScope(caller, `${prefix}:read`);
    }
    const all = [...channels.values()].filter(
      ({ teamId, kind, members }) =>
        teamId === caller.teamId && kinds.includes(kind) && members.has(caller.userId),
    );
    const { page, next } = pageOf(all, parameters['cursor'], numberOf(parameters['limit'], 100, 1, 999));
    return { ok: true, channels: page.map(toChannel), response_metadata: { next_cursor: next } };
  });
  method('conversations.history', (request) => {
    const caller = callerOf(request);
    const other = caller.application.distribution === 'other';
    limit(other ? limits.history : limits.tier3, 'conversations.history', caller);
    const parameters = allParameters(request);
    const channel = channels.get(parameters['channel'] ?? '');
    if (channel === undefined || channel.teamId !== caller.teamId) throw slackError('channel_not_found');
    requireScope(caller, `${SCOPE_PREFIXES[channel.kind]}:history`);
    if (!channel.members.has(caller.userId)) {
      throw slackError(channel.kind === 'public_channel' ? 'not_in_channel' : 'channel_not_found');
    }
    const count = numberOf(parameters['limit'], other ? MAX_MESSAGES_OTHER : 100, 1, 999);
    const messages = messagesBetween(channel, parameters);
    const { page, next } = pageOf(
      messages,
      parameters['cursor'],
      other ? Math.min(count, MAX_MESSAGES_OTHER) : count,
    );
    return {
      ok: true,
      messages: page.map(toMessage),
      has_more: next !== '',
      pin_count: 0,
      ...(next !== '' && { response_metadata: { next_cursor: next } }),
    };
  });
  app.all('/slack.com/api/*', async () => {
    throw slackError('unknown_method');
  });

  function callerOf(request: FastifyRequest): SlackCaller {
    const text = bearerToken(request) ?? allParameters(request)['token'];
    const token = server.accessToken(text);
    const application = server.applications.get(token?.grant.clientId ?? '');
    if (token === undefined || application === undefined) {
      throw slackError(text === undefined ? 'not_authed' : 'invalid_auth');
    }
    const death = server.whyDead(token);
    if (death !== undefined) throw slackError(death === 'expired' ? 'token_expired' : 'token_revoked');
    const teamId = token.grant.facts['teamId'] ?? server.accounts.get(token.grant.accountId)?.teamId ?? '';
    const userId = token.kind === 'bot' ? botUserOf(application, teamId) : token.grant.accountId;
    return { token, application, teamId, userId };
  }

  function limit(window: WindowLimit, name: string, { application, teamId }: SlackCaller): void {
    const state = window.take(`${name} ${application.clientId} ${teamId}`);
    if (state.refused) throw rateLimited((state.resetAtMs - clock.nowMs()) / 1000);
  }
}

function requireScope({ token }: SlackCaller, needed: string): void {
  if (token.scopes.includes(needed)) return;
  throw slackError('missing_scope', { needed, provided: token.scopes.join(',') });
}

/** Newest first. Both bounds are exclusive unless `inclusive` is set. */
function messagesBetween(channel: Channel, parameters: Readonly<Record<string, string>>): Message[] {
  const inclusive = ['1', 'true'].includes(parameters['inclusive'] ?? '');
  const oldest = parameters['oldest'] ?? '0';
  const latest = parameters['latest'];
  return channel.messages
    .filter(({ ts }) => {
      const low = compareTs(ts, oldest);
      const high = latest === undefined ? -1 : compareTs(ts, latest);
      return inclusive ? low >= 0 && high <= 0 : low > 0 && high < 0;
    })
    .reverse();
}

/** Compares as numbers without losing digits. */
function compareTs(a: string, b: string): number {
  const micros = (text: string) => {
    const [seconds = '0', fraction = ''] = text.split('.');
    return (
      BigInt(/^\d+$/.test(seconds) ? seconds : '0') * 1_000_000n +
      BigInt(fraction.padEnd(6, '0').slice(0, 6) || '0')
    );
  };
  const difference = micros(a) - micros(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** A cursor is the base64 of an offset. */
function pageOf<Item>(items: readonly Item[], cursor: string | undefined, count: number) {
  const text = Buffer.from(cursor ?? '', 'base64').toString('utf8');
  const start = /^offset:\d{1,9}$/.test(text) ? Number(text.slice(7)) : 0;
  if (cursor !== undefined && cursor !== '' && start === 0) throw slackError('invalid_cursor');
  const end = start + count;
  return {
    page: items.slice(start, end),
    next: end < items.length ? Buffer.from(`offset:${end}`).toString('base64') : '',
  };
}

function toChannel({ id, name, kind }: Channel) {
  return {
    id,
    name,
    is_channel: kind === 'public_channel',
    is_group: kind === 'private_channel',
    is_im: kind === 'im',
    is_mpim: kind === 'mpim',
    is_private: kind !== 'public_channel',
    is_archived: false,
    is_member: true,
  };
}

export function toMessage({ ts, user, text, editedTs }: Message) {
  return {
    type: 'message',
    user,
    text,
    ts,
    ...(editedTs !== undefined && { edited: { user, ts: editedTs } }),
  };
}
