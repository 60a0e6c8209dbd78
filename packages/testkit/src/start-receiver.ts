import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { findFreePort } from '@hookline/stack';

export interface ReceivedRequest {
  /** The number of the request: 1 for the first request of this receiver. */
  n: number;
  method: string;
  /** The path with the query. */
  path: string;
  /** The headers by their names in lower case. */
  headers: IncomingHttpHeaders;
  /** The names and values exactly as sent, in the order of the request. */
  rawHeaders: readonly (readonly [name: string, value: string])[];
  /** The exact bytes of the body. */
  body: Buffer;
  /** The time at which the last byte of the request had arrived. */
  receivedAt: Date;
}

export interface ReceiverAnswer {
  /** Default 200. */
  status?: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** The receiver waits this long before it answers. */
  delayMs?: number;
  /** The receiver answers when this promise resolves. */
  after?: Promise<unknown>;
  /** The receiver never answers, and keeps the connection open until the receiver is closed. */
  hang?: boolean;
  /** The receiver resets the connection instead of answering. */
  reset?: boolean;
}

/** `n` is the request's number, so that "fail twice, then accept" is one line. */
export type Respond = (request: ReceivedRequest, n: number) => ReceiverAnswer;

export interface ReceiverOptions {
  /** Default: 200 without a body. */
  respond?: Respond;
  /**
   * Default: a free port that no other test gets while this process runs. Name a port to start a receiver at the
   * address of an earlier receiver.
   */
  port?: number;
}

export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const port = options.port ?? (await findFreePort());
  const server = createServer();
  const receiver = new Receiver(server, options.respond ?? (() => ({})));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return receiver;
}

interface Waiter {
  satisfied: (requests: readonly ReceivedRequest[]) => boolean;
  resolve: (requests: readonly ReceivedRequest[]) => void;
}

/** An HTTP server on loopback that records its requests and answers them with `respond`. */
export class Receiver {
  /** Makes the answer to each request; may be replaced at any time. */
  respond: Respond;
  readonly #server: Server;
  readonly #requests: ReceivedRequest[] = [];
  readonly #waiters = new Set<Waiter>();
  readonly #delayed = new Set<NodeJS.Timeout>();

  constructor(server: Server, respond: Respond) {
    this.#server = server;
    this.respond = respond;
    server.on('request', (request, response) => this.#receive(request, response));
    // Tests have thousands of senders, which keep their connections open between requests.
    server.keepAliveTimeout = 60_000;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** The requests so far, in order of arrival. */
  get requests(): readonly ReceivedRequest[] {
    return this.#requests;
  }

  /** Resolves when this many requests have arrived, or when the predicate holds for all requests. Default 30 s. */
  async waitFor(
    goal: number | ((requests: readonly ReceivedRequest[]) => boolean),
    timeoutMs = 30_000,
  ): Promise<readonly ReceivedRequest[]> {
    const satisfied = typeof goal === 'number' ? () => this.#requests.length >= goal : goal;
    if (satisfied(this.#requests)) return this.#requests;
    return await new Promise((resolve, reject) => {
      const waiter: Waiter = {
        satisfied,
        resolve: (requests) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve(requests);
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(new Error(this.#describeTimeout(goal, timeoutMs)));
      }, timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  /** Stops the receiver and closes all open connections. */
  async close(): Promise<void> {
    for (const timer of this.#delayed) clearTimeout(timer);
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => {});
    request.on('end', () => {
      const received: ReceivedRequest = {
        n: this.#requests.length + 1,
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        rawHeaders: pairs(request.rawHeaders),
        body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks),
        receivedAt: new Date(),
      };
      this.#requests.push(received);
      const answer = this.respond(received, received.n);
      for (const waiter of this.#waiters)
        if (waiter.satisfied(this.#requests)) waiter.resolve(this.#requests);
      this.#answer(answer, request.socket, response);
    });
  }

  #answer(answer: ReceiverAnswer, socket: Socket, response: ServerResponse): void {
    if (answer.hang) return;
    if (answer.reset) {
      socket.resetAndDestroy();
      return;
    }
    const send = () => {
      response.writeHead(answer.status ?? 200, answer.headers);
      response.end(answer.body);
    };
    if (answer.after !== undefined) {
      void answer.after.then(send);
      return;
    }
    if (!answer.delayMs) {
      send();
      return;
    }
    const timer = setTimeout(() => {
      this.#delayed.delete(timer);
      send();
    }, answer.delayMs);
    this.#delayed.add(timer);
  }

  #describeTimeout(goal: unknown, timeoutMs: number): string {
    const wanted = typeof goal === 'number' ? `${goal} requests` : 'requests that fit the predicate';
    const last = this.#requests.slice(-3).map(({ n, method, path, headers, body }) => {
      const id = headers['webhook-id'] ? ` ${headers['webhook-id']}` : '';
      return `\n  ${n}: ${method} ${path}${id} (${body.length} bytes)`;
    });
    return `Timed out after ${timeoutMs} ms waiting for ${wanted}; received ${this.#requests.length}, the last ones:${last.join('') || ' none'}`;
  }
}

function pairs(flat: readonly string[]): [string, string][] {
  const result: [string, string][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2)
    result.push([flat[index] ?? '', flat[index + 1] ?? '']);
  return result;
}
