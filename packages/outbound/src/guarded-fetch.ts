import { Agent, request } from 'undici';
import type { AddressGuard } from './address-guard.ts';
import { createGuardedConnector } from './guarded-connector.ts';
import { readBody } from './read-body.ts';

export interface GuardedFetchOptions {
  guard: AddressGuard;
  /** For one whole call, with the body. Default 10 s. */
  timeoutMs?: number;
  /** A longer answer is an error. Default 64 KB. */
  maxBytes?: number;
}

export interface GuardedFetch {
  /**
   * A small request to a URL that a stranger may have chosen, with the signature of `fetch`, for libraries that take a
   * `fetch`. Never follows a redirect. The returned response has no header but `content-type`.
   * @throws AddressNotAllowedError, undici's errors, a `TimeoutError` at the deadline
   */
  fetch(
    url: string,
    init: { method: 'GET' | 'POST'; headers: Record<string, string>; body?: URLSearchParams | string | null },
  ): Promise<Response>;
  close(): Promise<void>;
}

const WITHOUT_BODY = new Set([204, 205, 304]);

/** A `fetch` for libraries that checks each address, and limits the time and the length of the answer. */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const { guard, timeoutMs = 10_000, maxBytes = 65_536 } = options;
  const agent = new Agent({
    connect: createGuardedConnector(guard, { timeout: Math.min(timeoutMs, 5_000), allowH2: false }),
    connections: 4,
    keepAliveTimeout: 4_000,
    maxHeaderSize: 16_384,
    pipelining: 1,
  });
  return {
    async fetch(text, { method, headers, body }) {
      const url = guard.parseUrl(text);
      const response = await request(url, {
        dispatcher: agent,
        method,
        headers: { ...headers, 'accept-encoding': 'identity' },
        body: body?.toString() ?? null,
        // Covers the body too: undici's body timeout limits only the time between chunks.
        signal: AbortSignal.timeout(timeoutMs),
      });
      const content = await readBody(response.body, maxBytes);
      if (content === undefined) throw new Error(`the answer is longer than ${maxBytes} bytes`);
      const type = response.headers['content-type']?.toString();
      return new Response(WITHOUT_BODY.has(response.statusCode) ? null : content, {
        status: response.statusCode,
        headers: type === undefined ? {} : { 'content-type': type },
      });
    },
    close: () => agent.destroy(),
  };
}
