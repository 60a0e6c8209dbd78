import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServiceRequest } from '@hookline/stack';
import type { System } from './start-system.ts';
import { startTestSystem } from './start-test-system.ts';

export interface CompatibilityAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read arbitrary members of answers
  json: any;
}

export interface CompatibilityRequest {
  headers?: Record<string, string>;
  /** A text is sent unchanged, any other value as JSON. */
  body?: unknown;
  /** `false`: as a provider calls, without a key. */
  key?: false;
}

export interface CompatibilitySystem extends System {
  /** Sends a documented `curl` line of an earlier webhook service to the gateway. */
  curl(method: string, path: string, request?: CompatibilityRequest): Promise<CompatibilityAnswer>;
  /** A receiver, used instead of webhook.site. */
  receiver: CompatibilityReceiver;
}

export interface CompatibilityReceiver {
  url: string;
  readonly requests: readonly { headers: IncomingHttpHeaders; body: string }[];
  /** The status of all later answers. */
  status: number;
  waitFor(count: number): Promise<void>;
}

const WAIT_MS = 60_000;

/**
 * Starts one of each service, and a receiver, for the documented calls of earlier webhook services.
 * @param start outside of a test: `startSystem`, because only a run of tests has a Postgres to share
 */
export async function startCompatibilitySystem(
  env: Record<string, string> = {},
  start: (services: readonly ServiceRequest[]) => Promise<System> = startTestSystem,
): Promise<CompatibilitySystem> {
  const system = await start([
    { name: 'ingest', env },
    { name: 'delivery', env },
    { name: 'scheduler', env },
    { name: 'gateway', env },
  ]);
  const { receiver, close } = await startReceiver();
  return {
    ...system,
    receiver,
    async curl(method, path, { headers = {}, body, key } = {}) {
      const answer = await fetch(new URL(path, system.stack.urls.gateway), {
        method,
        headers: {
          'user-agent': 'curl/8.5.0',
          ...(key === false ? {} : { authorization: `Bearer ${system.stack.secrets.operatorKey}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        signal: AbortSignal.timeout(WAIT_MS),
      });
      const text = await answer.text();
      if (answer.status >= 500) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
      const isJson = answer.headers.get('content-type')?.startsWith('application/json');
      return { status: answer.status, json: isJson && text !== '' ? JSON.parse(text) : text };
    },
    async stop() {
      await close();
      await system.stop();
    },
  };
}

async function startReceiver(): Promise<{ receiver: CompatibilityReceiver; close: () => Promise<void> }> {
  const requests: { headers: IncomingHttpHeaders; body: string }[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(receiver.status).end('received');
      for (const wake of waiting) wake();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: CompatibilityReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    status: 200,
    waitFor: (count) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(wake);
          reject(new Error(`${requests.length} requests arrived in ${WAIT_MS / 1_000} s, not ${count}`));
        }, WAIT_MS);
        const wake = () => {
          if (requests.length < count) return;
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
        wake();
      }),
  };
  return {
    receiver,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Polls until `look` returns a value, because data is stored a moment after the answer. */
export async function untilThere<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  const deadline = performance.now() + WAIT_MS;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not appear within ${WAIT_MS / 1_000} s`);
}
