import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ID_PREFIX } from '@hookline/contracts';
import type { Database, SecretBox, Transaction } from '@hookline/db';
import type { ApiFetch } from '@hookline/outbound';
import { createIdFactory, createLoopWorker, type Logger, type Worker } from '@hookline/service';
import { type AppFacts, toAppFacts } from '../facts/app-facts.ts';
import { connectableOf, listOAuthConnectables, type OAuthConnectable } from '../facts/require-connectable.ts';
import type { Journal } from '../journal/journal.ts';
import { findConnection } from '../sql/find-connection.ts';
import { findOAuthApp } from '../sql/find-oauth-app.ts';
import {
  type ClaimedRevocation,
  claimRevocations,
  type EndedGrant,
  type EndedTokens,
  endRevocation,
  insertRevocation,
  nameRevocation,
  postponeRevocation,
  REVOCATION_SECONDS,
  replaceRevokedTokens,
} from '../sql/grant-revocations.ts';
import { countSharing } from '../sql/shared-grants.ts';
import { classifyFailure } from '../tokens/classify-failure.ts';
import type { Credential } from '../tokens/normalize-token-answer.ts';
import { retryPauseSeconds } from '../tokens/refresh-due.ts';
import { createTokenEndpoint, ExchangeError } from '../tokens/token-endpoint.ts';
import type { TokenSeals } from '../tokens/token-seals.ts';
import { findIdentity, findPerson, IdentityError } from './find-identity.ts';
import type { LeftRegistrations } from './left-registrations.ts';
import type { RevocationMetrics, RevocationOutcome } from './revocation-metrics.ts';
import {
  type FailedRevocation,
  needsAccessToken,
  type RevocationAnswer,
  revokeAtProvider,
} from './revoke-at-provider.ts';

/**
 * Ends grants at their providers. What is to be revoked is stored with the change that makes it so, and tried until the
 * provider has done it, for a day: a provider that does not answer and a replica that dies leave no grant alive.
 */
export interface GrantRevocations {
  /**
   * Stores, in the transaction that takes the tokens from their connection, that they are to be revoked. This replica has
   * the first try; if it dies, another one does. Tokens that a replica exchanges now are tried after that: their refresh
   * token must not be used a second time meanwhile, and is needed if the exchange fails.
   * @returns for `attempt`, after the commit
   */
  plan(
    transaction: Transaction,
    grant: EndedGrant,
    tokens: readonly (Omit<EndedTokens, 'id'> & { refreshingSeconds: number })[],
  ): Promise<ClaimedRevocation[]>;
  /** Stores that the tokens of a consent are to be revoked which connected nothing. */
  leave(grant: EndedGrant, credentials: readonly Credential[]): Promise<void>;
  /** Tries a planned revocation. Never rejects. */
  attempt(claimed: ClaimedRevocation): Promise<RevocationOutcome>;
  /** How many other connections share a grant. */
  countSharing(
    grant: Omit<EndedGrant, 'tenant' | 'connectionId' | 'reason'>,
    exceptId: string | null,
  ): Promise<{ ofAccount: number; ofPerson: number }>;
  /** Tries revocations that are due. */
  worker: Worker;
  /** Some are due now. */
  wake(): void;
}

export interface RevocationTimes {
  /** For one call. Default 8 s. */
  callMs?: number;
  /** How often due revocations are looked for. Default 2 s. */
  pollIntervalMs?: number;
}

/** Longer than a try takes: two requests for whose grant it is, each three times, four calls, and the time for what is left. */
const LEASE_SECONDS = 180;
/** For all that the connection has left at the provider. */
const STOP_MS = 30_000;
const MAX_AT_ONCE = 12;
const MAX_OF_APP = 4;

export function createGrantRevocations(parts: {
  database: Database;
  box: SecretBox;
  api: ApiFetch;
  seals: TokenSeals;
  journal: Journal;
  /** What the connection has registered at the provider: it is removed before its grant ends, which is needed for that. */
  leftRegistrations: LeftRegistrations;
  metrics: RevocationMetrics;
  logger: Logger;
  /** Shorter times, for tests. */
  times?: RevocationTimes | undefined;
}): GrantRevocations {
  const { database, box, api, seals, journal, leftRegistrations, metrics, logger, times = {} } = parts;
  const { callMs = 8_000, pollIntervalMs = 2_000 } = times;
  const nextId = createIdFactory(ID_PREFIX.grantRevocation);
  const endpoint = createTokenEndpoint(api, callMs);

  const countOthers: GrantRevocations['countSharing'] = async (grant, exceptId) => {
    const { oauth } = connectableOf(grant.provider);
    const tokenOrigin = new URL(oauth.tokenUrl).origin;
    const { ofAccount, ofPerson } = await countSharing(database, {
      appId: grant.appId,
      provider: grant.provider,
      accountId: grant.accountId,
      personId: grant.personId,
      services: listOAuthConnectables()
        .filter((other) => other.oauth.tokenUrl === oauth.tokenUrl)
        .map(({ id }) => id),
      tokenOrigin,
      replacedBy: grant.origins[tokenOrigin] ?? '',
      exceptId,
    });
    return { ofAccount, ofPerson: oauth.revocation?.ends === 'client' ? ofPerson : 0 };
  };

  /** Stores how a revocation ended, unless another replica has it by now. */
  async function end(claimed: ClaimedRevocation, ended: Ended): Promise<RevocationOutcome> {
    const isEnded = await database.withSystem(async (transaction) => {
      if (!(await endRevocation(transaction, claimed))) return false;
      await record(transaction, claimed, ended);
      return true;
    });
    if (isEnded) tell(claimed, ended);
    return ended.outcome;
  }

  async function postpone(
    claimed: ClaimedRevocation,
    { message, retryAfterSeconds }: { message: string; retryAfterSeconds?: number | undefined },
  ): Promise<RevocationOutcome> {
    if (claimed.secondsLeft <= 0) return await end(claimed, { outcome: 'gave_up', message });
    const token = { connectionId: claimed.id, kind: claimed.kind, generation: 1 };
    const pause = retryPauseSeconds(token, claimed.failures + 1, retryAfterSeconds);
    const seconds = Math.min(pause, Math.max(1, claimed.secondsLeft));
    const ended: Ended = { outcome: 'pending', message };
    const isPostponed = await database.withSystem(async (transaction) => {
      if (!(await postponeRevocation(transaction, claimed, { seconds, error: message }))) return false;
      // The first failure is enough to know why it is not done.
      if (claimed.failures === 0) await record(transaction, claimed, ended);
      return true;
    });
    if (isPostponed) tell(claimed, ended);
    return 'pending';
  }

  async function record(transaction: Transaction, claimed: ClaimedRevocation, ended: Ended): Promise<void> {
    if (claimed.connectionId === null) return;
    await journal.record(transaction, {
      connectionId: claimed.connectionId,
      tenant: claimed.tenant,
      kind: 'consent',
      outcome: `grant_${ended.outcome}`,
      text: sentenceOf(claimed, ended),
      detail: { token: claimed.kind, ...ended.others },
    });
  }

  function tell(claimed: ClaimedRevocation, { outcome, message }: Ended): void {
    metrics.observe(claimed.provider, outcome);
    const facts = {
      provider: claimed.provider,
      appId: claimed.appId,
      tenant: claimed.tenant,
      connectionId: claimed.connectionId,
      outcome,
      ...(message === undefined ? {} : { reason: message }),
    };
    if (outcome === 'revoked' || outcome === 'shared') logger.info(facts, 'grant.revocation');
    else if (outcome === 'gave_up') logger.error(facts, 'grant.revocation');
    else logger.warn(facts, 'grant.revocation');
  }

  const ask = (
    { sealedFor, kind, accessSealed, refreshSealed, origins }: ClaimedRevocation,
    connectable: OAuthConnectable,
    app: AppFacts,
  ): Promise<RevocationAnswer> =>
    revokeAtProvider(
      api,
      connectable,
      app,
      {
        accessToken: seals.openAccess(sealedFor, kind, accessSealed),
        refreshToken: refreshSealed === null ? undefined : seals.openRefresh(sealedFor, kind, refreshSealed),
        origins,
      },
      callMs,
    );

  /**
   * The provider refuses the access token, which may have ended although the grant has not: a refresh gives another one.
   * @returns undefined if the provider gives none
   */
  async function renew(
    claimed: ClaimedRevocation,
    { oauth }: OAuthConnectable,
    app: AppFacts,
  ): Promise<{ claimed: ClaimedRevocation } | FailedRevocation | undefined> {
    const { sealedFor, kind, refreshSealed } = claimed;
    if (refreshSealed === null) return undefined;
    const refreshToken = seals.openRefresh(sealedFor, kind, refreshSealed);
    try {
      const { credentials } = await endpoint.refresh({ app, oauth, kind, refreshToken });
      const [credential] = credentials;
      if (credential === undefined) return undefined;
      const { access, refresh } = seals.seal(sealedFor, kind, {
        access: credential.accessToken,
        refresh: credential.refreshToken ?? refreshToken,
      });
      const next = { accessSealed: access, refreshSealed: refresh };
      await database.withSystem((transaction) => replaceRevokedTokens(transaction, claimed, next));
      return { claimed: { ...claimed, ...next } };
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      const verdict = classifyFailure(error.failure, oauth.refresh);
      return verdict.kind === 'transient' || verdict.kind === 'app'
        ? { kind: 'failed', message: error.message, retryAfterSeconds: error.failure.retryAfterSeconds }
        : undefined;
    }
  }

  /** Asks again whose grant it is, of which the provider did not tell the account at the time of the consent. */
  async function findOwner(
    { kind, sealedFor, accessSealed }: ClaimedRevocation,
    connectable: OAuthConnectable,
    app: AppFacts,
  ): Promise<Pick<EndedGrant, 'accountId' | 'personId'>> {
    const accessToken = seals.openAccess(sealedFor, kind, accessSealed);
    try {
      const credentials = [{ kind, accessToken, scopes: undefined }];
      const { id, person } = await findIdentity(api, connectable, app, credentials);
      return { accountId: id, personId: person ?? null };
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      // The person is enough: Google tells it without the permission that shows the account.
      return { accountId: null, personId: (await findPerson(api, connectable, app, accessToken)) ?? null };
    }
  }

  /** The application of a grant. A text: why it cannot be used. */
  async function findApp({ appId, origins }: ClaimedRevocation): Promise<AppFacts | string> {
    const row = await findOAuthApp(database, appId);
    if (!row) return 'the OAuth application is deleted';
    // The secret of now is not for the origins of then.
    if (!isDeepStrictEqual(row.settings.origins ?? {}, origins))
      return 'the origins of the OAuth application were changed';
    return toAppFacts(row, box);
  }

  /**
   * Stops what the connection has left at the provider. What is tried in vain for too long, or refused, is for a person.
   * @returns the tokens that are good now, and why another try is needed
   */
  async function stopLeft(
    claimed: ClaimedRevocation,
    connectable: OAuthConnectable,
    app: AppFacts | string,
  ): Promise<{ current: ClaimedRevocation; failed?: string }> {
    const { connectionId, reason } = claimed;
    if (connectionId === null || reason !== 'disconnected') return { current: claimed };
    const giveUp = async (current: ClaimedRevocation, why: string) => {
      await leftRegistrations.giveUp(connectionId, why);
      return { current };
    };
    const connection = await findConnection(database, connectionId, { withDeleted: true });
    if (connection === undefined) return await giveUp(claimed, 'nothing is known of the account any more');
    if (typeof app === 'string') return await giveUp(claimed, app);
    const signal = AbortSignal.timeout(STOP_MS);
    const stop = ({ sealedFor, kind, accessSealed }: ClaimedRevocation) =>
      leftRegistrations.stopAll(connection, app, signal, () =>
        seals.openAccess(sealedFor, kind, accessSealed),
      );
    let current = claimed;
    let stopped = await stop(current);
    if (stopped.kind === 'unauthorized') {
      const renewed = await renew(current, connectable, app);
      if (renewed !== undefined && 'kind' in renewed) stopped = renewed;
      else if (renewed !== undefined) {
        current = renewed.claimed;
        stopped = await stop(current);
      }
    }
    if (stopped.kind === 'stopped') return { current };
    if (stopped.kind === 'unauthorized' || claimed.secondsLeft <= 0)
      return await giveUp(current, stopped.message);
    return { current, failed: stopped.message };
  }

  async function tryOnce(claimed: ClaimedRevocation): Promise<RevocationOutcome> {
    const connectable = connectableOf(claimed.provider);
    const app = await findApp(claimed);
    const stopped = await stopLeft(claimed, connectable, app);
    if (stopped.failed !== undefined)
      return await postpone(claimed, {
        message: `what was registered with it could not be stopped: ${stopped.failed}`,
      });
    let { current } = stopped;
    if (connectable.oauth.revocation === undefined) return await end(claimed, { outcome: 'not_supported' });
    // Asked again at each try: a connection of the account may have been made meanwhile.
    const others = await countOthers(claimed, null);
    const isShared = hasAny(others);
    if (isShared && claimed.accountId !== null) return await end(claimed, shared(others));
    if (typeof app === 'string') return await end(claimed, { outcome: 'refused', message: app });
    if (isShared) {
      if (claimed.failures > 0) {
        // The access token may have ended since the consent.
        const renewed = await renew(current, connectable, app);
        if (renewed !== undefined && !('kind' in renewed)) current = renewed.claimed;
      }
      const owner = await findOwner(current, connectable, app);
      if (owner.accountId === null && owner.personId === null) {
        if (claimed.secondsLeft <= 0) return await end(claimed, shared(others));
        return await postpone(claimed, {
          message: 'the provider does not tell whose grant it is, and another connection may share it',
        });
      }
      await nameRevocation(database, claimed, owner);
      const known = await countOthers({ ...claimed, ...owner }, null);
      if (hasAny(known)) return await end(claimed, shared(known));
    }
    let answer = await ask(current, connectable, app);
    if (answer.kind === 'refused' && needsAccessToken(connectable)) {
      const renewed = await renew(current, connectable, app);
      if (renewed !== undefined)
        answer = 'kind' in renewed ? renewed : await ask(renewed.claimed, connectable, app);
    }
    if (answer.kind === 'failed') return await postpone(claimed, answer);
    return await end(
      claimed,
      answer.kind === 'revoked' ? { outcome: 'revoked' } : { outcome: 'refused', message: answer.message },
    );
  }

  async function attempt(claimed: ClaimedRevocation): Promise<RevocationOutcome> {
    try {
      return await tryOnce(claimed);
    } catch (error) {
      // The lease ends by itself, and another try follows.
      const { id, provider, connectionId } = claimed;
      logger.error({ err: error, id, provider, connectionId }, 'a revocation of a grant failed');
      if (claimed.secondsLeft > 0) return 'pending';
      return await end(claimed, { outcome: 'gave_up', message: 'Hookline could not ask for it' }).catch(
        () => 'pending' as const,
      );
    }
  }

  const worker = createLoopWorker({
    name: 'grant-revocations',
    async work() {
      const claimed = await claimRevocations(database, {
        leaseId: randomUUID(),
        leaseSeconds: LEASE_SECONDS,
        limit: MAX_AT_ONCE,
        share: MAX_OF_APP,
      });
      await Promise.all(claimed.map(attempt));
      return claimed.length > 0 ? 0 : pollIntervalMs;
    },
    onError: (error) => logger.warn({ err: error }, 'due revocations could not be looked for; trying again'),
    pauseAfterErrorMs: pollIntervalMs,
  });

  return {
    async plan(transaction, grant, tokens) {
      const leaseId = randomUUID();
      const planned: ClaimedRevocation[] = [];
      for (const { refreshingSeconds, ...each } of tokens) {
        const row = { ...each, id: nextId() };
        const isFree = refreshingSeconds === 0;
        const due = isFree ? { seconds: LEASE_SECONDS, leaseId } : { seconds: refreshingSeconds };
        await insertRevocation(transaction, grant, row, due);
        if (!isFree) continue;
        planned.push({ ...grant, ...row, leaseId, failures: 0, secondsLeft: REVOCATION_SECONDS });
      }
      return planned;
    },
    async leave(grant, credentials) {
      if (connectableOf(grant.provider).oauth.revocation === undefined) return;
      await database.withSystem(async (transaction) => {
        for (const { kind, accessToken, refreshToken } of credentials) {
          const id = nextId();
          const { access, refresh } = seals.seal(id, kind, { access: accessToken, refresh: refreshToken });
          const row = { id, kind, accessSealed: access, refreshSealed: refresh, sealedFor: id };
          await insertRevocation(transaction, grant, row, { seconds: 0 });
        }
      });
      worker.wake();
    },
    attempt,
    countSharing: countOthers,
    worker,
    wake: () => worker.wake(),
  };
}

type Others = Awaited<ReturnType<GrantRevocations['countSharing']>>;

const hasAny = ({ ofAccount, ofPerson }: Others) => ofAccount + ofPerson > 0;

const shared = ({ ofAccount, ofPerson }: Others): Ended => ({
  outcome: 'shared',
  others: { others: ofAccount, othersOfPerson: ofPerson },
});

interface Ended {
  outcome: RevocationOutcome;
  /** Without secrets. */
  message?: string;
  others?: Record<string, number>;
}

/** For people who read the journey of the connection. */
function sentenceOf({ reason }: ClaimedRevocation, { outcome, message }: Ended): string {
  const grant = reason === 'disconnected' ? 'The grant' : 'The grant of a consent that connected nothing';
  switch (outcome) {
    case 'revoked':
      return `${grant} was revoked at the provider`;
    case 'shared':
      return `${grant} was not revoked at the provider, because other connections may share it`;
    case 'refused':
      return `${grant} was not revoked at the provider, and that is not tried again: ${message}`;
    case 'pending':
      return `${grant} is not revoked at the provider yet: ${message}. That is tried again for a day`;
    case 'gave_up':
      return `${grant} could not be revoked at the provider for a day, and that is not tried again: ${message}. The person can end it in the settings of the account at the provider`;
    case 'not_supported':
      return `${grant} was not revoked: the provider cannot be asked for that. The person can end it in the settings of the account at the provider`;
  }
}
