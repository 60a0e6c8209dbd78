import type { Bus } from '@hookline/bus';
import { CREDENTIALS_CHANGED_SUBJECT } from '@hookline/contracts';
import { createLoopWorker, type Logger, type Worker } from '@hookline/service';
import type { Ending } from '../sql/list-endings.ts';
import type { CredentialCache } from './credential-cache.ts';
import { isStoredCredential } from './is-stored-credential.ts';

export interface RevocationOptions {
  bus: Bus;
  /** The caches of keys, of sessions and of the tokens of portal sessions. */
  caches: readonly CredentialCache[];
  /** The keys and sessions with open feed connections in this process. */
  inUse: () => string[];
  /** Lists those that have ended or end within a minute. */
  listEnding: (ids: readonly string[]) => Promise<Ending[]>;
  /** Closes the connections of a key or session that has ended. */
  onEnded: (id: string) => void;
  logger: Logger;
}

/** As a worker it asks Postgres every half minute about the keys and sessions of open connections. */
export interface Revocations extends Worker {
  /** Announces to all replicas, this one included, that keys or sessions end: now (0), or earlier than they would have. */
  announce(endings: readonly Ending[]): Promise<void>;
}

/** Core NATS keeps no message for a replica that is away: a missed revocation counts after this time at the latest. */
const RECHECK_MS = 30_000;
/** Ends that are further away are found by a later round. */
const SCHEDULED_MS = 60_000;

/**
 * Makes a revoked key, or a session that was ended, stop at once on every replica. That is announced over core NATS. A
 * replica that was disconnected forgets all keys when it is connected again, and asks Postgres about those of open
 * connections. Connections whose key was rotated or expires are closed at that moment.
 */
export function createRevocations(options: RevocationOptions): Revocations {
  const { bus, caches, logger } = options;
  const scheduled = new Map<string, NodeJS.Timeout>();

  function close(id: string): void {
    clearTimeout(scheduled.get(id));
    scheduled.delete(id);
    options.onEnded(id);
  }

  function end({ id, endsAfterMs }: Ending): void {
    if (endsAfterMs <= 0) {
      close(id);
      return;
    }
    if (endsAfterMs > SCHEDULED_MS) return;
    clearTimeout(scheduled.get(id));
    scheduled.set(
      id,
      setTimeout(() => close(id), endsAfterMs),
    );
  }

  function hear(ending: Ending): void {
    for (const cache of caches) cache.forget(ending.id);
    if (ending.endsAfterMs <= 0 || options.inUse().includes(ending.id)) end(ending);
  }

  async function recheck(): Promise<void> {
    // The operator's key of the environment and JWTs are not in the database.
    const ids = options.inUse().filter(isStoredCredential);
    if (ids.length === 0) return;
    for (const ending of await options.listEnding(ids)) {
      if (ending.endsAfterMs <= 0) hear(ending);
      else end(ending);
    }
  }

  const subscription = bus.connection.subscribe(CREDENTIALS_CHANGED_SUBJECT, {
    callback: (error, message) => {
      if (!error) hear(message.json<Ending>());
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
    async announce(endings) {
      for (const ending of endings) {
        hear(ending);
        bus.connection.publish(CREDENTIALS_CHANGED_SUBJECT, JSON.stringify(ending));
      }
      if (bus.connected) await bus.connection.flush();
    },
    async run(signal) {
      const stopListening = bus.onConnectionChange((connected) => {
        if (!connected) return;
        for (const cache of caches) cache.forgetAll();
        rounds.wake();
      });
      await rounds.run(signal);
      stopListening();
      subscription.unsubscribe();
      for (const timer of scheduled.values()) clearTimeout(timer);
    },
  };
}
