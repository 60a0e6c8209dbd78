// The receiver of both delivery sides: answers 200 to every request and records the first arrival of each webhook-id.

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { machineNowMs } from '../machine-clock.ts';
import { HttpMessageReader } from './http-message-reader.ts';
import { serveCommands } from './serve-commands.ts';

export interface Arrivals {
  /** The time of each id's first arrival, on the machine's clock, in order of arrival. */
  firstAtMs: Map<string, number>;
  /** Requests with an id that had already arrived. */
  repeats: number;
}

/** As long as the answer of a common web framework, because the sender reads and records the answer. */
const ANSWER = Buffer.from(
  [
    'HTTP/1.1 200 OK',
    'content-type: application/json; charset=utf-8',
    'content-length: 11',
    'date: Sat, 22 Nov 2025 00:00:00 GMT',
    'connection: keep-alive',
    '',
    '{"ok":true}',
  ].join('\r\n'),
);
const ID = '\r\nwebhook-id: ';
/** Requests to paths below this prefix are never answered. */
const HANGING = 'POST /hanging/';

let firstAtMs = new Map<string, number>();
let repeats = 0;
const hanging = new Set<Socket>();
/** The awaited ids that have not arrived yet. */
let missing = new Set<string>();
let onAllHere: () => void = () => {};

const server = createServer((socket: Socket) => {
  socket.setNoDelay(true);
  const reader = new HttpMessageReader((head) => {
    if (head.startsWith(HANGING)) {
      hanging.add(socket);
      return;
    }
    note(head);
    socket.write(ANSWER);
  });
  socket.on('data', (chunk) => reader.push(chunk));
  socket.on('error', () => {});
  socket.on('close', () => hanging.delete(socket));
});

function note(head: string): void {
  const start = head.indexOf(ID) + ID.length;
  const end = head.indexOf('\r\n', start);
  const id = head.slice(start, end === -1 ? undefined : end);
  if (firstAtMs.has(id)) {
    repeats++;
    return;
  }
  firstAtMs.set(id, machineNowMs());
  if (missing.delete(id) && missing.size === 0) onAllHere();
}

const commands = {
  async listen() {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { port: (server.address() as AddressInfo).port };
  },
  /** Forgets all arrivals. */
  reset() {
    firstAtMs = new Map();
    repeats = 0;
  },
  /** Resolves when all ids have arrived, or after the timeout. */
  async waitFor({ ids, timeoutMs }: { ids: readonly string[]; timeoutMs: number }) {
    missing = new Set(ids.filter((id) => !firstAtMs.has(id)));
    if (missing.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      onAllHere = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    missing.clear();
  },
  /** Resets the connections of hanging requests. @returns the number of hanging requests */
  resetHanging(): number {
    const count = hanging.size;
    for (const socket of hanging) socket.resetAndDestroy();
    return count;
  },
  arrivals: (): Arrivals => ({ firstAtMs, repeats }),
  count: (): number => firstAtMs.size,
};
export type ReceiverCommands = typeof commands;

serveCommands(commands);
