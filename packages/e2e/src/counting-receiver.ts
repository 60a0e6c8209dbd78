import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CountingReceiver {
  url: string;
  /** The number of requests by `webhook-id`. */
  readonly counts: ReadonlyMap<string, number>;
  /** Requests that arrived after a request with the same id had been answered 2xx. */
  readonly repeats: number;
  close(): Promise<void>;
}

/**
 * Counts requests without storing bodies, so that a minute of full load fits into memory.
 * @param statusOf the answer to the n-th request (from 1) with the same id; default 200
 */
export async function startCountingReceiver(
  statusOf: (n: number, id: string) => number = () => 200,
): Promise<CountingReceiver> {
  const counts = new Map<string, number>();
  const succeeded = new Set<string>();
  let repeats = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const id = String(request.headers['webhook-id']);
      const n = (counts.get(id) ?? 0) + 1;
      counts.set(id, n);
      if (succeeded.has(id)) repeats++;
      const status = statusOf(n, id);
      if (status < 300) succeeded.add(id);
      response.writeHead(status).end();
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    counts,
    get repeats() {
      return repeats;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
