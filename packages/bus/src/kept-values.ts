import { StorageType } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { Bus } from './connect-bus.ts';
import type { StreamOptions } from './ensure-streams.ts';
import { BusError } from './errors.ts';
import { orLate } from './within.ts';

export interface KeptValue {
  key: string;
  value: Uint8Array;
}

/** Small values by key, in a bucket of JetStream's key-value store, for the time that Postgres cannot be written. */
export interface KeptValues {
  /**
   * Resolves once the value is stored.
   * @param key letters, digits, `_`, `-` and dots
   * @throws BusError `not_stored`
   */
  put(key: string, value: Uint8Array): Promise<void>;
  /**
   * Undefined if there is no value.
   * @throws BusError `read_incomplete` when NATS does not answer
   */
  get(key: string): Promise<Uint8Array | undefined>;
  /** @throws BusError `not_stored` */
  remove(key: string): Promise<void>;
  /**
   * Some values, at most `limit`.
   * @throws BusError `read_incomplete` when NATS does not answer
   */
  list(limit: number): Promise<KeptValue[]>;
}

const TIMEOUT_MS = 5_000;

/** @param options.maxAgeMs older values are dropped */
export async function ensureKeptValues(
  bus: Bus,
  options: { bucket: string; maxAgeMs: number } & Pick<StreamOptions, 'replicas'>,
): Promise<KeptValues> {
  const store: KV = await new Kvm(bus.jetStream).create(options.bucket, {
    storage: StorageType.File,
    replicas: options.replicas,
    ttl: options.maxAgeMs,
    history: 1,
  });

  const write = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    // While it is disconnected the client drops messages, and reports that only after a timeout.
    if (!bus.connected) throw new BusError('not_stored', 'not connected to NATS');
    try {
      await orLate(TIMEOUT_MS, work());
    } catch (cause) {
      throw new BusError('not_stored', `the value was not ${what}`, { cause });
    }
  };
  const read = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await orLate(TIMEOUT_MS, work());
    } catch (cause) {
      throw new BusError('read_incomplete', 'the value could not be read', { cause });
    }
  };
  const get = async (key: string) => {
    const entry = await store.get(key);
    return entry?.operation === 'PUT' ? entry.value : undefined;
  };

  return {
    put: (key, value) => write('stored', () => store.put(key, value)),
    get: (key) => read(() => get(key)),
    remove: (key) => write('removed', () => store.purge(key)),
    list: (limit) =>
      read(async () => {
        const found: KeptValue[] = [];
        const keys = await store.keys();
        for await (const key of keys) {
          const value = await get(key);
          if (value !== undefined) found.push({ key, value });
          if (found.length >= limit) break;
        }
        return found;
      }),
  };
}
