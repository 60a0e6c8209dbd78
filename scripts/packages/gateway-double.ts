import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export interface GatewayDouble {
  url: string;
  /** Method, path and body of each request of the API. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/**
 * Answers as the gateway does, for tests of the platforms on which the client runs: an event is published, a feed sends one
 * event, and pages of any origin may call.
 * @param pages further documents by path
 */
export async function startGatewayDouble(
  pages: Record<string, { type: string; text: string }> = {},
): Promise<GatewayDouble> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const page = pages[request.url ?? ''];
    if (page) {
      response.writeHead(200, { 'content-type': page.type }).end(page.text);
      return;
    }
    let body = '';
    for await (const chunk of request) body += chunk;
    requests.push(`${request.method} ${request.url} ${body}`);
    response
      .writeHead(202, { 'content-type': 'application/json' })
      .end(JSON.stringify({ data: { id: 'evt_1', duplicate: false } }));
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket: WebSocket) => {
    const send = (message: object) => socket.send(JSON.stringify(message));
    socket.on('message', (data) => {
      const { type, id } = JSON.parse(String(data)) as { type: string; id: string };
      if (type === 'authenticate') send({ type: 'ready', cursor: 'k-0', pingSeconds: 25 });
      if (type !== 'subscribe') return;
      send({ type: 'subscribed', id, cursor: 'k-0', replayed: 0 });
      send({
        type: 'event',
        cursor: 'k-1',
        ids: [id],
        event: { id: 'evt_1', type: 'order.paid', data: { total: 7 } },
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
