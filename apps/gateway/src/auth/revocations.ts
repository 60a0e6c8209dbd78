import type { Bus } from '@hookline/bus';
import { API_KEYS_CHANGED_SUBJECT, ID_PREFIX, isId } from '@hookline/contracts';
import type { Logger } from '@hookline/service';
import type { ApiKeyStore } from './api-key-store.ts';
import type { KeyCache } from './key-cache.ts';

export interface RevocationOptions {
  bus: Bus;
  cache: KeyCache;
  store: Pick<ApiKeyStore, 'findRevoked'>;
  /** The keys that hold something open here: feed connections. */
  keysInUse: () => string[];
  /** A key no longer works: end what it holds open. */
  onRevoked: (keyId: string) => void;
  logger: Logger;
}

export interface Revocations {
  /** Tells all replicas, this one included. */
  announce(keyId: string): Promise<void>;
  stop(): void;
}

/** Core NATS keeps nothing for those who are away: what was missed is caught up with at this pace. */
const RECHECK_MS = 30_000;

/**
 * Makes a revoked key stop at once on every replica. The word goes over core NATS; a replica that was cut off when
 * it came forgets all keys when it is back, and asks anew about those whose connections are open.
 */
export function watchRevocations(options: RevocationOptions): Revocations {
  const { bus, cache, logger } = options;

  function revoke(keyId: string): void {
    cache.forget(keyId);
    options.onRevoked(keyId);
  }

  async function recheck(): Promise<void> {
    // The others are the environment's key and JWTs, which are not in the table.
    const keys = options.keysInUse().filter((keyId) => isId(ID_PREFIX.apiKey, keyId));
    if (keys.length === 0) return;
    try {
      for (const keyId of await options.store.findRevoked(keys)) revoke(keyId);
    } catch (error) {
      logger.warn({ err: error }, 'open connections could not be checked for revoked keys');
    }
  }

  const subscription = bus.connection.subscribe(API_KEYS_CHANGED_SUBJECT, {
    callback: (error, message) => {
      if (!error) revoke(message.string());
    },
  });
  const stopListening = bus.onConnectionChange((connected) => {
    if (!connected) return;
    cache.forgetAll();
    void recheck();
  });
  const timer = setInterval(() => void recheck(), RECHECK_MS);

  return {
    async announce(keyId) {
      revoke(keyId);
      bus.connection.publish(API_KEYS_CHANGED_SUBJECT, keyId);
      if (bus.connected) await bus.connection.flush();
    },
    stop() {
      clearInterval(timer);
      stopListening();
      subscription.unsubscribe();
    },
  };
}
