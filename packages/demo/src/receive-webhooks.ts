import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ArrivedWebhook {
  headers: Record<string, string>;
  body: Buffer;
  arrivedAtMs: number;
}

/** A receiver on loopback that keeps the arrived webhooks by their `webhook-id`. */
export async function receiveWebhooks() {
  const arrived = new Map<string, ArrivedWebhook[]>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const id = headers['webhook-id'] ?? '(none)';
      const webhook = { headers, body: Buffer.concat(chunks), arrivedAtMs: performance.now() };
      arrived.set(id, [...(arrived.get(id) ?? []), webhook]);
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    arrived,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
