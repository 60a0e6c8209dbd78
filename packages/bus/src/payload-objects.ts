import { StorageType } from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import { type ObjectStore, Objm } from '@nats-io/obj';
import type { Bus } from './connect-bus.ts';
import type { StreamOptions } from './ensure-streams.ts';
import { BusError } from './errors.ts';
import { orLate } from './within.ts';

/** Payloads that are too large for a message, in JetStream's object store. The event carries the key of its payload. */
export interface PayloadObjects {
  /**
   * Resolves once the whole payload is stored.
   * @throws BusError `not_stored`
   */
  put(key: string, payload: Uint8Array, deadlineMs: number): Promise<void>;
  /**
   * Resolves with undefined if the payload does not exist, or no longer.
   * @throws BusError `read_incomplete` when NATS does not answer
   */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Best effort: a payload that remains is dropped by age. */
  remove(key: string): Promise<void>;
}

const BUCKET = 'hookline-payloads';
const CHUNK_BYTES = 512 * 1024;
const GET_TIMEOUT_MS = 30_000;

/** Payloads are kept as long as events, so that every event in the stream can be read with its payload. */
export async function ensurePayloadObjects(
  bus: Bus,
  options: Pick<StreamOptions, 'replicas' | 'maxAgeMs'>,
): Promise<PayloadObjects> {
  const manager = new Objm(bus.jetStream);
  const store: ObjectStore = await manager.create(BUCKET, {
    storage: StorageType.File,
    replicas: options.replicas,
    ttl: nanos(options.maxAgeMs),
  });

  return {
    async put(key, payload, deadlineMs) {
      // While it is disconnected the client drops messages, and reports that only after a timeout.
      if (!bus.connected) throw new BusError('not_stored', 'not connected to NATS');
      try {
        const meta = { name: key, options: { max_chunk_size: CHUNK_BYTES } };
        await orLate(deadlineMs, store.putBlob(meta, payload, { timeout: deadlineMs }));
      } catch (cause) {
        throw new BusError('not_stored', `the payload was not stored: ${(cause as Error).message}`, {
          cause,
        });
      }
    },
    async get(key) {
      try {
        return (await orLate(GET_TIMEOUT_MS, store.getBlob(key))) ?? undefined;
      } catch (cause) {
        throw new BusError('read_incomplete', `the payload ${key} could not be read`, { cause });
      }
    },
    async remove(key) {
      await store.delete(key).catch(() => {});
    },
  };
}
