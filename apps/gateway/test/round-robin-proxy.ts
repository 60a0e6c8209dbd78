import { Agent, createServer, type IncomingMessage, request as sendRequest } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface RoundRobinProxy {
  url: string;
  /** How many requests and upgrades each target got. */
  readonly counts: readonly number[];
  /** Ends a share of the clients' connections, without a word. @returns how many */
  cut(share: number, random: () => number): number;
  close(): Promise<void>;
}

/** A load balancer that knows nothing of sessions: each request and each upgrade goes to the next target. */
export async function startRoundRobinProxy(targets: readonly string[]): Promise<RoundRobinProxy> {
  const agent = new Agent({ keepAlive: false });
  const clients = new Set<Socket>();
  const counts = targets.map(() => 0);
  let turn = 0;

  function open(request: IncomingMessage) {
    const index = turn++ % targets.length;
    counts[index] = (counts[index] ?? 0) + 1;
    return sendRequest(new URL(request.url as string, targets[index]), {
      method: request.method,
      headers: request.headers,
      agent,
    });
  }

  const server = createServer((request, response) => {
    const outgoing = open(request);
    response.once('close', () => outgoing.destroy());
    outgoing.once('response', (answer) => {
      response.writeHead(answer.statusCode as number, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    outgoing.on('error', () => response.destroy());
    request.pipe(outgoing);
  });
  server.on('connection', (socket) => {
    clients.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => clients.delete(socket));
  });
  server.on('upgrade', (request, socket: Duplex, head) => {
    const outgoing = open(request);
    outgoing.on('error', () => socket.destroy());
    outgoing.once('response', (answer) => {
      socket.end(`HTTP/1.1 ${answer.statusCode} no\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      answer.resume();
    });
    outgoing.once('upgrade', (answer, peer, peerHead) => {
      const { rawHeaders } = answer;
      let text = 'HTTP/1.1 101 Switching Protocols\r\n';
      for (let index = 0; index < rawHeaders.length; index += 2)
        text += `${rawHeaders[index]}: ${rawHeaders[index + 1]}\r\n`;
      socket.write(`${text}\r\n`);
      socket.write(peerHead);
      peer.write(head);
      socket.pipe(peer).pipe(socket);
      peer.on('error', () => socket.destroy());
      socket.once('close', () => peer.destroy());
      peer.once('close', () => socket.destroy());
    });
    outgoing.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    counts,
    cut(share, random) {
      const chosen = [...clients].filter(() => random() < share);
      for (const socket of chosen) socket.destroy();
      return chosen.length;
    },
    async close() {
      for (const socket of clients) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}
