import Type from 'typebox';
import type { PushContext } from '../core/emulator.ts';
import { APPLICATION_MEMBERS, applicationOf } from '../core/oauth/common-operations.ts';
import { operation } from '../core/operations.ts';
import type { DiscordLimits } from './limits.ts';
import type { DiscordAccount, DiscordApplication, DiscordAuthorization } from './state.ts';
import { createWebhookKeys, pushWebhookEvent, toUser } from './webhook-events.ts';

const WEEK_SECONDS = 604_800;
const MAX_GUILDS = 200;
const FIRST_SNOWFLAKE = 1_400_000_000_000_000_000n;

export interface DiscordWorld {
  readonly server: DiscordAuthorization;
  readonly context: PushContext;
  readonly limits: DiscordLimits;
}

const AccountName = Type.String({ description: 'The id or the name.' });

/** What a test or a person can do at the emulated Discord. */
export function discordOperations({ server, context, limits }: DiscordWorld) {
  let snowflakes = FIRST_SNOWFLAKE;
  const snowflake = () => {
    snowflakes += 1n;
    return String(snowflakes);
  };
  return {
    createApplication: operation(
      Type.Object(
        { ...APPLICATION_MEMBERS, webhookUrl: Type.Optional(Type.String()) },
        { additionalProperties: false },
      ),
      ({ webhookUrl, ...input }) => {
        const application: DiscordApplication = {
          ...applicationOf(input, {
            rotation: { kind: 'immediate' },
            accessTokenSeconds: WEEK_SECONDS,
            refreshTokenSeconds: undefined,
          }),
          applicationId: snowflake(),
          webhookUrl,
          keys: createWebhookKeys(),
        };
        server.applications.set(application.clientId, application);
        const { clientId, clientSecret, applicationId, keys } = application;
        return { clientId, clientSecret, applicationId, publicKey: keys.publicKey };
      },
    ),
    createAccount: operation(
      Type.Object(
        { username: Type.String({ minLength: 1, maxLength: 32 }) },
        { additionalProperties: false },
      ),
      ({ username }) => {
        const account: DiscordAccount = { id: snowflake(), name: username, guilds: [], connections: [] };
        server.accounts.set(account.id, account);
        return { id: account.id, username };
      },
    ),
    joinGuild: operation(
      Type.Object({ account: AccountName, guild: Type.String() }, { additionalProperties: false }),
      ({ account, guild }) => {
        const person = server.accountNamed(account);
        if (person.guilds.length >= MAX_GUILDS) throw new RangeError('A person is in 200 guilds at most.');
        const joined = { id: snowflake(), name: guild };
        person.guilds = [...person.guilds.filter(({ name }) => name !== guild), joined];
        return joined;
      },
    ),
    leaveGuild: operation(
      Type.Object({ account: AccountName, guild: Type.String() }, { additionalProperties: false }),
      ({ account, guild }) => {
        const person = server.accountNamed(account);
        person.guilds = person.guilds.filter(({ id, name }) => id !== guild && name !== guild);
      },
    ),
    setConnections: operation(
      Type.Object(
        {
          account: AccountName,
          connections: Type.Array(
            Type.Object({ id: Type.String(), type: Type.String(), name: Type.String() }),
            { maxItems: 100 },
          ),
        },
        { additionalProperties: false },
      ),
      ({ account, connections }) => {
        server.accountNamed(account).connections = connections;
      },
    ),
    /** By which a receiver verifies webhook events: the General Information of the application shows it. */
    publicKey: operation(
      Type.Object({ clientId: Type.String() }, { additionalProperties: false }),
      ({ clientId }) => ({ publicKey: server.applicationNamed(clientId).keys.publicKey }),
    ),
    /** Sets the address for webhook events and sends the ping. `accepted`: answered with 204. */
    setWebhookUrl: operation(
      Type.Object({ clientId: Type.String(), url: Type.String() }, { additionalProperties: false }),
      async ({ clientId, url }) => {
        const application = server.applicationNamed(clientId);
        application.webhookUrl = url;
        const result = await pushWebhookEvent(context, application);
        return { accepted: result?.status === 204, status: result?.status ?? 0 };
      },
    ),
    /** The person removes the application in the settings: the grants end and the application is told. */
    deauthorize: operation(
      Type.Object({ account: AccountName, clientId: Type.String() }, { additionalProperties: false }),
      async ({ account, clientId }) => {
        const person = server.accountNamed(account);
        for (const grant of server.grantsOf(clientId, person.id)) server.endGrant(grant, 'revoked');
        const result = await pushWebhookEvent(context, server.applicationNamed(clientId), {
          type: 'APPLICATION_DEAUTHORIZED',
          data: { user: toUser(person) },
        });
        return { pushed: result?.status ?? 0 };
      },
    ),
    setRateLimit: operation(
      Type.Object(
        { requests: Type.Integer({ minimum: 0 }), windowSeconds: Type.Number({ minimum: 0 }) },
        { additionalProperties: false },
      ),
      ({ requests, windowSeconds }) => {
        limits.routes.change(requests, windowSeconds);
      },
    ),
    /** Answers with 401, 403 and 429 in the last ten minutes; `add` more of them. */
    invalidRequests: operation(
      Type.Object({ add: Type.Optional(Type.Integer({ minimum: 0 })) }, { additionalProperties: false }),
      ({ add }) => {
        if (add !== undefined) limits.countInvalid(add);
        return { count: limits.invalidRequests };
      },
    ),
  };
}
