import { ApiError } from '@hookline/contracts';
import type { Database, SecretBox } from '@hookline/db';
import type { ApiFetch } from '@hookline/outbound';
import { fillRequest, judgeAnswer } from '@hookline/providers';
import type { Logger } from '@hookline/service';
import { type AppFacts, toAppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import { connectableOf, listOAuthConnectables, type OAuthConnectable } from '../facts/require-connectable.ts';
import type { Journal } from '../journal/journal.ts';
import { parseBody } from '../provider-api/parse-body.ts';
import {
  countOthersOfAccount,
  countOthersOfPerson,
  type GrantPlace,
  type RemovedToken,
  removeConnection,
} from '../sql/disconnect.ts';
import { findOAuthApp } from '../sql/find-oauth-app.ts';
import { lockConnection } from '../sql/lock-connection.ts';
import type { TokenSeals } from '../tokens/token-seals.ts';
import type { ConnectionHooks } from './connection-hooks.ts';

/** Ends a connection. Others of the same account are not harmed: the grant ends only with the last of them. */
export type Disconnect = (connection: ConnectionFacts) => Promise<void>;

function grantPlaceOf({ id }: ConnectionFacts, { oauth: { tokenUrl } }: OAuthConnectable): GrantPlace {
  const services = listOAuthConnectables().filter(({ oauth }) => oauth.tokenUrl === tokenUrl);
  return {
    connectionId: id,
    services: services.map((service) => service.id),
    tokenOrigin: new URL(tokenUrl).origin,
  };
}

const UNDO_MS = 15_000;
const REVOKE_MS = 5_000;

export function createDisconnect(parts: {
  database: Database;
  box: SecretBox;
  api: ApiFetch;
  seals: TokenSeals;
  journal: Journal;
  hooks: readonly ConnectionHooks[];
  logger: Logger;
}): Disconnect {
  const { database, box, api, seals, journal, hooks, logger } = parts;

  /** Other connections that a withdrawal of the grant would end. */
  const countOthers = (connection: ConnectionFacts, connectable: OAuthConnectable) =>
    database.withSystem(async (transaction) => {
      const place = grantPlaceOf(connection, connectable);
      const ofAccount = await countOthersOfAccount(transaction, place);
      const endsAll = connectable.oauth.revocation?.ends === 'client';
      return { ofAccount, ofPerson: endsAll ? await countOthersOfPerson(transaction, place) : 0 };
    });

  async function undo(connection: ConnectionFacts, isLast: boolean): Promise<void> {
    const signal = AbortSignal.timeout(UNDO_MS);
    for (const hook of hooks) {
      await hook.beforeDisconnect?.(connection, isLast, signal).catch((error: unknown) => {
        logger.warn({ err: error, connectionId: connection.id }, 'a registration could not be undone');
      });
    }
  }

  /** @returns what happened, for the journal */
  async function revoke(
    connection: ConnectionFacts,
    connectable: OAuthConnectable,
    app: AppFacts,
    tokens: readonly RemovedToken[],
  ): Promise<string> {
    const { revocation } = connectable.oauth;
    if (!revocation) return 'not_supported';
    let outcome = 'revoked';
    for (const { kind, accessSealed, refreshSealed } of tokens) {
      try {
        const accessToken = seals.openAccess(connection.id, kind, accessSealed);
        const filled = fillRequest(
          revocation.request,
          {
            accessToken,
            // Providers accept either token.
            refreshToken:
              refreshSealed === null ? accessToken : seals.openRefresh(connection.id, kind, refreshSealed),
            clientId: app.clientId,
            clientSecret: app.clientSecret(),
          },
          app.settings.origins,
        );
        const { status, headers, body } = await api.call(filled, { timeoutMs: REVOKE_MS, maxBytes: 65_536 });
        const judged = judgeAnswer({ status, headers, body: parseBody(body) }, connectable.answers);
        if (judged.verdict !== 'ok') outcome = `refused_${status}`;
      } catch {
        outcome = 'no_answer';
      }
    }
    return outcome;
  }

  return async (connection) => {
    const connectable = connectableOf(connection.provider);
    const before = await countOthers(connection, connectable);
    await undo(connection, before.ofAccount === 0);
    const app = await findOAuthApp(database, connection.appId);
    const removed = await database.withSystem(async (transaction) => {
      const locked = await lockConnection(transaction, connection.id);
      if (!locked) throw new ApiError('not_found', { message: 'Connection not found' });
      const tokens = await removeConnection(transaction, connection.id);
      for (const hook of hooks) await hook.disconnected?.(transaction, connection);
      return tokens;
    });
    // Counted again: another connection of the account may have been made meanwhile.
    const others = await countOthers(connection, connectable);
    const isShared = others.ofAccount + others.ofPerson > 0;
    const outcome =
      isShared || !app ? 'kept' : await revoke(connection, connectable, toAppFacts(app, box), removed);
    await journal.record(database, {
      connectionId: connection.id,
      tenant: connection.tenant,
      kind: 'consent',
      outcome: `disconnected_${outcome}`,
      text: isShared
        ? 'The account was disconnected. The grant was not withdrawn, because other connections may share it'
        : outcome === 'revoked'
          ? 'The account was disconnected, and the grant was withdrawn at the provider'
          : 'The account was disconnected. The grant could not be withdrawn at the provider',
      detail: { others: others.ofAccount, othersOfPerson: others.ofPerson },
    });
  };
}
