import type { IncomingMessage, ServerResponse } from 'node:http';
import { maxDecodedBytes, readCodings } from '@hookline/service';

/** Smaller bodies are not counted: the limit on connections bounds them well enough. */
const COUNTED_FROM_BYTES = 16_384;
const reservation = Symbol('bytes reserved for the request body');

type Reserving = ServerResponse & { [reservation]?: number };

/** Limits the memory of all bodies together, from a request's first byte to the end of its answer. */
export interface InFlightBytes {
  /**
   * Reserves bytes for a request's body until its response closes.
   * @returns false when not enough bytes are left
   */
  reserve(request: IncomingMessage, response: ServerResponse): boolean;
  readonly bytes: number;
}

/**
 * @param maxBytes for all bodies together
 * @param maxBodyBytes assumed size of a body of unknown length; longer bodies are not read and not counted. A
 *   compressed body counts with its possible size after decompression
 */
export function createInFlightBytes(maxBytes: number, maxBodyBytes: number): InFlightBytes {
  let inFlight = 0;

  function release(this: Reserving): void {
    inFlight -= this[reservation] ?? 0;
    this[reservation] = 0;
  }

  return {
    reserve(request, response: Reserving) {
      const { headers } = request;
      const received =
        headers['transfer-encoding'] !== undefined ? maxBodyBytes : Number(headers['content-length'] ?? 0);
      const isEncoded = readCodings(headers['content-encoding']).codings.length > 0;
      const bytes = isEncoded ? Math.max(received, maxDecodedBytes(received, maxBodyBytes)) : received;
      if (bytes < COUNTED_FROM_BYTES || bytes > maxBodyBytes) return true;
      if (inFlight + bytes > maxBytes) return false;
      inFlight += bytes;
      response[reservation] = bytes;
      response.once('close', release);
      return true;
    },
    get bytes() {
      return inFlight;
    },
  };
}
