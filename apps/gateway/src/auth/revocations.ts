import type { Bus } from '@hookline/bus';
import { API_KEYS_CHANGED_SUBJECT, ID_PREFIX, isId } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { createLoopWorker, type Logger, type Worker } from '@hookline/service';
import { listRevokedKeys } from '../sql/list-revoked-keys.ts';
import type { KeyCache } from './key-cache.ts';

export interface RevocationOptions {
  bus: Bus;
  cache: KeyCache;
  database: Database;
  /** The keys with open feed connections in this process. */
  keysInUse: () => string[];
  /** Closes the connections of a revoked key. */
  onRevoked: (keyId: string) => void;
  logger: Logger;
}

/** As a worker it asks Postgres every half minute for revocations whose messages were missed. */
export interface Revocations extends Worker {
  /** Announces a revocation to all replicas, this one included. */
  announce(keyId: string): Promise<void>;
}

/** Core NATS keeps no message for a replica that is away: a missed revocation counts after this time at the latest. */
const RECHECK_MS = 30_000;

/**
 * Makes a revoked key stop at once on every replica. The revocation is announced over core NATS. A replica that was
 * disconnected forgets all keys when it is connected again, and asks Postgres about the keys of open connections.
 */
export function createRevocations(options: RevocationOptions): Revocations {
  const { bus, cache, logger } = options;

  function revoke(keyId: string): void {
    cache.forget(keyId);
    options.onRevoked(keyId);
  }

  async function recheck(): Promise<void> {
    // The operator's key of the environment and JWTs are not in the table.
    const keys = options.keysInUse().filter((keyId) => isId(ID_PREFIX.apiKey, keyId));
    if (keys.length === 0) return;
    for (const keyId of await listRevokedKeys(options.database, keys)) revoke(keyId);
  }

  const subscription = bus.connection.subscribe(API_KEYS_CHANGED_SUBJECT, {
    callback: (error, message) => {
      if (!error) revoke(message.string());
    },
  });
  const rounds = createLoopWorker({
    name: 'revocations',
    async work() {
      await recheck();
      return RECHECK_MS;
    },
    onError: (error) =>
      logger.warn({ err: error }, 'open connections could not be checked for revoked keys; trying again'),
    firstPauseMs: RECHECK_MS,
    pauseAfterErrorMs: RECHECK_MS,
  });

  return {
    name: rounds.name,
    async announce(keyId) {
      revoke(keyId);
      bus.connection.publish(API_KEYS_CHANGED_SUBJECT, keyId);
      if (bus.connected) await bus.connection.flush();
    },
    async run(signal) {
      const stopListening = bus.onConnectionChange((connected) => {
        if (!connected) return;
        cache.forgetAll();
        rounds.wake();
      });
      await rounds.run(signal);
      stopListening();
      subscription.unsubscribe();
    },
  };
}
