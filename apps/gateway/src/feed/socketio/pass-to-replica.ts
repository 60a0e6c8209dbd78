import {
  Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as sendRequest,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { ApiError, FEED_PATHS, INTERNAL_HEADERS } from '@hookline/contracts';
import { RETRY_AFTER_SECONDS } from '@hookline/service';
import { createHopByHopCheck } from '../../forward/hop-by-hop.ts';

/** Passes requests on to another replica, which has their session, and its answers back. */
export interface ReplicaPassage {
  /** @throws ApiError `unavailable`, before a byte is answered */
  passRequest(origin: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** @throws ApiError `unavailable`, before a byte is answered */
  passUpgrade(origin: string, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  /** Ends what is being passed on. */
  close(): void;
}

/** A request that another replica has passed on is not passed on again. */
export const PASSED_HEADER = 'x-hookline-passed';
const OWN_HEADERS = /^x-hookline-/;
const CONNECT_TIMEOUT_MS = 3_000;

export function createReplicaPassage(internalToken: string): ReplicaPassage {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });
  /** What is being passed on. It would keep the server open. */
  const passing = new Set<Duplex | ServerResponse>();

  function track(client: Duplex | ServerResponse): void {
    passing.add(client);
    client.once('close', () => passing.delete(client));
  }

  function open(origin: string, request: IncomingMessage, headers: IncomingHttpHeaders): ClientRequest {
    // The caller's address gives the query alone: it must not choose where the internal token is sent.
    const { url = '' } = request;
    const query = url.includes('?') ? url.slice(url.indexOf('?')) : '';
    const outgoing = sendRequest(new URL(FEED_PATHS.socketIo + query, origin), {
      method: request.method,
      headers: { ...headers, [INTERNAL_HEADERS.token]: internalToken, [PASSED_HEADER]: '1' },
      agent,
    });
    const timer = setTimeout(
      () => outgoing.destroy(new Error('the connection was not opened in time')),
      CONNECT_TIMEOUT_MS,
    );
    outgoing.once('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => clearTimeout(timer));
      else clearTimeout(timer);
    });
    outgoing.once('close', () => clearTimeout(timer));
    return outgoing;
  }

  return {
    passRequest(origin, request, response) {
      const outgoing = open(origin, request, passedHeaders(request.headers));
      track(response);
      response.once('close', () => outgoing.destroy());
      request.pipe(outgoing);
      return new Promise((resolve, reject) => {
        outgoing.once('response', (answer) => {
          response.writeHead(answer.statusCode ?? 502, passedHeaders(answer.headers));
          answer.pipe(response);
          answer.once('error', () => response.destroy());
          response.once('close', () => answer.destroy());
          resolve();
        });
        outgoing.on('error', (error) => {
          if (response.headersSent || response.destroyed) resolve();
          else reject(unavailable(error));
        });
      });
    },

    passUpgrade(origin, request, socket, head) {
      const headers = { ...passedHeaders(request.headers), connection: 'Upgrade', upgrade: 'websocket' };
      const outgoing = open(origin, request, headers);
      track(socket);
      socket.once('close', () => outgoing.destroy());
      outgoing.end();
      return new Promise((resolve, reject) => {
        outgoing.once('upgrade', (answer, peer, peerHead) => {
          const lines: string[] = [];
          for (let index = 0; index < answer.rawHeaders.length; index += 2)
            lines.push(`${answer.rawHeaders[index]}: ${answer.rawHeaders[index + 1]}\r\n`);
          socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`);
          if (peerHead.length > 0) socket.write(peerHead);
          if (head.length > 0) peer.write(head);
          join(socket, peer);
          resolve();
        });
        outgoing.once('response', (answer) => {
          answer.resume();
          socket.end(
            `HTTP/1.1 ${answer.statusCode} refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
          );
          resolve();
        });
        outgoing.on('error', (error) => {
          if (socket.destroyed) resolve();
          else reject(unavailable(error));
        });
      });
    },

    close() {
      for (const client of passing) client.destroy();
      agent.destroy();
    },
  };
}

/** Bytes go both ways, each as fast as the other side reads. The end of one is the end of both. */
function join(a: Duplex, b: Duplex): void {
  a.pipe(b);
  b.pipe(a);
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.on('error', () => to.destroy());
    from.once('close', () => to.destroy());
  }
}

function passedHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const isHopByHop = createHopByHopCheck(headers.connection);
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !isHopByHop(name) && !OWN_HEADERS.test(name)),
  );
}

const unavailable = (cause: unknown) =>
  new ApiError('unavailable', {
    message: 'The replica that has this session does not answer; connect again',
    cause,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
