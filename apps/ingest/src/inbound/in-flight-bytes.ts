import type { IncomingMessage, ServerResponse } from 'node:http';
import { maxDecodedBytes, readCodings } from '@hookline/service';

/** Smaller bodies are not worth the counting: the number of connections bounds them well enough. */
const COUNTED_FROM_BYTES = 16_384;
const reservation = Symbol('bytes reserved for the request body');

type Reserving = ServerResponse & { [reservation]?: number };

/** Bounds the memory that bodies take together, from a request's first byte to the end of its answer. */
export interface InFlightBytes {
  /**
   * Takes room for a request's body until its response closes, however it ends.
   * @returns false when there is not enough left
   */
  reserve(request: IncomingMessage, response: ServerResponse): boolean;
  readonly bytes: number;
}

/**
 * @param maxBytes for all bodies together
 * @param maxBodyBytes what a body of unknown length is counted as; longer ones are not read and so not counted. One that
 *   is compressed counts as what it may have once it is not
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
