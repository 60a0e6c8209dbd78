import Type from 'typebox';
import type { EmulatorClock } from '../core/clock.ts';
import { APPLICATION_MEMBERS, applicationOf } from '../core/oauth/common-operations.ts';
import { operation } from '../core/operations.ts';
import { DEFAULT_SIGNING_SECRET } from '../start-applications.ts';
import type { EventsApi } from './events-api.ts';
import { type MethodLimits, toMessage } from './methods.ts';
import {
  botUserOf,
  type Channel,
  type SlackAccount,
  type SlackApplication,
  type SlackAuthorization,
  type Team,
} from './state.ts';

const TWELVE_HOURS = 43_200;
const MAX_MESSAGES = 5_000;

export interface SlackWorld {
  readonly server: SlackAuthorization;
  readonly clock: EmulatorClock;
  readonly events: EventsApi;
  readonly limits: MethodLimits;
  readonly teams: Map<string, Team>;
  readonly channels: Map<string, Channel>;
}

const Distribution = Type.Union([
  Type.Literal('internal'),
  Type.Literal('marketplace'),
  Type.Literal('other'),
]);
const ChannelKindSchema = Type.Union([
  Type.Literal('public_channel'),
  Type.Literal('private_channel'),
  Type.Literal('im'),
  Type.Literal('mpim'),
]);
const Text = Type.String({ minLength: 1, maxLength: 4_000 });

/** What a test or a person can do in the emulated workspaces. */
export function slackOperations({ server, clock, events, limits, teams, channels }: SlackWorld) {
  let count = 0;
  const newId = (prefix: string) => {
    count += 1;
    return `${prefix}${String(count).padStart(8, '0')}`;
  };
  const channelNamed = (name: string): Channel => {
    const channel = channels.get(name) ?? [...channels.values()].find((each) => each.name === name);
    if (channel === undefined) throw new RangeError(`There is no channel "${name}".`);
    return channel;
  };
  /** Applications that have a grant in the workspace. */
  const installedIn = (teamId: string): SlackApplication[] =>
    [...server.applications.values()].filter(({ clientId }) =>
      server.grantsOf(clientId, undefined).some(({ facts }) => facts['teamId'] === teamId),
    );
  /** Sends an event to each application of the workspace that is a member of the channel. */
  const announce = async (channel: Channel, event: Record<string, unknown> & { type: string }) => {
    const applications = installedIn(channel.teamId).filter((application) =>
      channel.members.has(botUserOf(application, channel.teamId)),
    );
    return await Promise.all(applications.map((each) => events.send(each, channel.teamId, event)));
  };
  const end = (clientId: string, teamId: string): number => {
    const grants = server.grantsOf(clientId, undefined).filter(({ facts }) => facts['teamId'] === teamId);
    for (const grant of grants) server.endGrant(grant, 'uninstalled');
    return grants.length;
  };

  return {
    createApplication: operation(
      Type.Object(
        {
          ...APPLICATION_MEMBERS,
          tokenRotation: Type.Optional(Type.Boolean()),
          pkce: Type.Optional(
            Type.Boolean({ description: 'Makes it a public client: refresh tokens live 30 days.' }),
          ),
          distribution: Type.Optional(Distribution),
          signingSecret: Type.Optional(Type.String()),
          requestUrl: Type.Optional(Type.String()),
        },
        { additionalProperties: false },
      ),
      ({ tokenRotation, pkce, distribution, signingSecret, requestUrl, ...input }) => {
        const application: SlackApplication = {
          ...applicationOf(input, {
            rotation: { kind: 'immediate' },
            accessTokenSeconds: tokenRotation ? TWELVE_HOURS : undefined,
            refreshTokenSeconds: pkce ? 30 * 86_400 : undefined,
          }),
          appId: newId('A'),
          signingSecret: signingSecret ?? DEFAULT_SIGNING_SECRET,
          distribution: distribution ?? 'internal',
          requestUrl,
        };
        server.applications.set(application.clientId, application);
        const { clientId, clientSecret, appId } = application;
        return { clientId, clientSecret, appId, signingSecret: application.signingSecret };
      },
    ),
    createTeam: operation(Type.Object({ name: Text }, { additionalProperties: false }), ({ name }) => {
      const team = { id: newId('T'), name };
      teams.set(team.id, team);
      return team;
    }),
    createAccount: operation(
      Type.Object({ name: Text, teamId: Text }, { additionalProperties: false }),
      ({ name, teamId }) => {
        const account: SlackAccount = { id: newId('U'), name, teamId };
        server.accounts.set(account.id, account);
        return { id: account.id, name, teamId };
      },
    ),
    createChannel: operation(
      Type.Object(
        {
          teamId: Text,
          name: Text,
          kind: Type.Optional(ChannelKindSchema),
          members: Type.Optional(Type.Array(Text, { maxItems: 1_000, description: 'Accounts.' })),
        },
        { additionalProperties: false },
      ),
      ({ teamId, name, kind, members }) => {
        const channel: Channel = {
          id: newId('C'),
          teamId,
          name,
          kind: kind ?? 'public_channel',
          members: new Set((members ?? []).map((member) => server.accountNamed(member).id)),
          messages: [],
        };
        channels.set(channel.id, channel);
        return { id: channel.id, name };
      },
    ),
    /** `/invite @bot`: without it the bot cannot read the channel. */
    inviteBot: operation(
      Type.Object({ channel: Text, clientId: Text }, { additionalProperties: false }),
      ({ channel, clientId }) => {
        const place = channelNamed(channel);
        place.members.add(botUserOf(server.applicationNamed(clientId), place.teamId));
      },
    ),
    /** Adds a message and pushes it; `pushed: false`: the push never happens. */
    postMessage: operation(
      Type.Object(
        { channel: Text, account: Text, text: Text, pushed: Type.Optional(Type.Boolean()) },
        { additionalProperties: false },
      ),
      async ({ channel, account, text, pushed }) => {
        const place = channelNamed(channel);
        const last = place.messages.at(-1)?.ts ?? '0.000000';
        const ts = nextTs(clock.nowMs(), last);
        const message = { ts, user: server.accountNamed(account).id, text };
        place.messages = [...place.messages, message].slice(-MAX_MESSAGES);
        const type = { public_channel: 'channel', private_channel: 'group', im: 'im', mpim: 'mpim' }[
          place.kind
        ];
        const event = { ...toMessage(message), channel: place.id, event_ts: ts, channel_type: type };
        const pushes = pushed === false ? [] : await announce(place, event);
        return { ts, pushes: pushes.filter((push) => push !== undefined) };
      },
    ),
    /** Edits a message: its `ts` stays, and the push has the subtype `message_changed`. */
    editMessage: operation(
      Type.Object({ channel: Text, ts: Text, text: Text }, { additionalProperties: false }),
      async ({ channel, ts, text }) => {
        const place = channelNamed(channel);
        const message = place.messages.find((each) => each.ts === ts);
        if (message === undefined) throw new RangeError('There is no such message.');
        const previous = toMessage(message);
        message.text = text;
        message.editedTs = nextTs(clock.nowMs(), ts);
        await announce(place, {
          type: 'message',
          subtype: 'message_changed',
          channel: place.id,
          message: toMessage(message),
          previous_message: previous,
          ts: message.editedTs,
          event_ts: message.editedTs,
        });
      },
    ),
    /** Any other event for the applications of a workspace. */
    pushEvent: operation(
      Type.Object(
        {
          clientId: Text,
          teamId: Text,
          event: Type.Record(Type.String(), Type.Unknown()),
          seenBy: Type.Optional(
            Type.String({ description: 'Only the token of this account may see it. Default: the bot may.' }),
          ),
        },
        { additionalProperties: false },
      ),
      async ({ clientId, teamId, event, seenBy }) => {
        const { type } = event;
        if (typeof type !== 'string') throw new RangeError('An event needs a type.');
        const application = server.applicationNamed(clientId);
        const personId = seenBy === undefined ? undefined : server.accountNamed(seenBy).id;
        return { push: await events.send(application, teamId, { ...event, type }, personId) };
      },
    ),
    /** Sets the request URL after the challenge. */
    setRequestUrl: operation(
      Type.Object({ clientId: Text, url: Text }, { additionalProperties: false }),
      async ({ clientId, url }) => {
        const application = server.applicationNamed(clientId);
        const accepted = await events.verifyUrl(application, url);
        if (accepted) application.requestUrl = url;
        return { accepted };
      },
    ),
    retryEvents: operation(Type.Object({}, { additionalProperties: false }), async () => ({
      pushes: await events.retryFailed(),
    })),
    /** A person takes back the grant: the tokens end, and `tokens_revoked` is pushed. */
    revokeUser: operation(
      Type.Object({ clientId: Text, account: Text }, { additionalProperties: false }),
      async ({ clientId, account }) => {
        const application = server.applicationNamed(clientId);
        const { id, teamId } = server.accountNamed(account);
        const grants = server.grantsOf(clientId, id);
        const kinds = new Set(grants.flatMap((grant) => server.tokensOf(grant)).map(({ kind }) => kind));
        for (const grant of grants) server.endGrant(grant, 'revoked');
        return {
          push: await events.send(application, teamId, {
            type: 'tokens_revoked',
            tokens: {
              oauth: kinds.has('user') ? [id] : [],
              bot: kinds.has('bot') ? [botUserOf(application, teamId)] : [],
            },
          }),
        };
      },
    ),
    /** An administrator removes the application: every token ends, and both events are pushed. */
    uninstall: operation(
      Type.Object({ clientId: Text, teamId: Text }, { additionalProperties: false }),
      async ({ clientId, teamId }) => {
        const application = server.applicationNamed(clientId);
        const bot = botUserOf(application, teamId);
        const grants = end(clientId, teamId);
        await events.send(application, teamId, { type: 'tokens_revoked', tokens: { oauth: [], bot: [bot] } });
        return { grants, push: await events.send(application, teamId, { type: 'app_uninstalled' }) };
      },
    ),
    setRateLimit: operation(
      Type.Object(
        {
          method: Type.Union([Type.Literal('history'), Type.Literal('tier3')]),
          requests: Type.Integer({ minimum: 0 }),
          windowSeconds: Type.Number({ minimum: 1 }),
        },
        { additionalProperties: false },
      ),
      ({ method, requests, windowSeconds }) => {
        limits[method].change(requests, windowSeconds);
      },
    ),
  };
}

/** The time as `ts`, after the last one. */
function nextTs(nowMs: number, last: string): string {
  const [seconds = '0', micros = '0'] = last.split('.');
  const now = BigInt(nowMs) * 1000n;
  const after = BigInt(seconds) * 1_000_000n + BigInt(micros) + 1n;
  const ts = now > after ? now : after;
  return `${ts / 1_000_000n}.${String(ts % 1_000_000n).padStart(6, '0')}`;
}
