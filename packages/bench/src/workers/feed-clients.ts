// Thousands of clients of a feed in one process: plain sockets and a reader that knows only WebSocket's frames, so that they
// take little of the cores that they share with what they measure.
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { machineNowMs } from '../machine-clock.ts';
import { type Latency, summarizeLatency } from '../measure/latency.ts';
import { CLOSE, type Frame, PING, PONG, readFrames, TEXT, writeFrame } from './feed-frames.ts';
import { serveCommands } from './serve-commands.ts';

export interface OpenOptions {
  port: number;
  /** With its query. */
  path: string;
  token: string;
  sockets: number;
  perSecond: number;
  /** What each client sends once it is connected, in turn; `{group}` is replaced by the number of its group. */
  messages: readonly string[];
  groups: number;
  /**
   * The first clients also get the events of the group `slow`. `{id}` is replaced by an id of its own for each of them, so
   * that they share no message, and by the same id for all others.
   */
  slowGroup: number;
  /** What a client sends once it has received the text `after`. */
  followUp?: { after: string; message: string };
  /** A client is ready when it has received this text. */
  readyText: string;
}

export interface Arrivals {
  events: number;
  latency: Latency;
  /** When the last event arrived, on the machine's clock. */
  lastAtMs: number;
}

interface Client {
  socket: Socket;
  rest: Buffer;
  isReady: boolean;
  closeCode: number | undefined;
}

const SENT_AT = Buffer.from('"sentAt":');
const HEAD_END = '\r\n\r\n';

const clients: Client[] = [];
let latencies: number[] = [];
let lastAtMs = 0;
let readyText = '';
let followUp: OpenOptions['followUp'];

const commands = {
  /** Resolves once all clients are ready. */
  async open(options: OpenOptions): Promise<void> {
    readyText = options.readyText;
    followUp = options.followUp;
    const opening: Promise<void>[] = [];
    const startMs = performance.now();
    for (let index = 0; index < options.sockets; index++) {
      opening.push(open(options, index));
      const dueMs = (index / options.perSecond) * 1_000;
      if (performance.now() - startMs < dueMs) await sleep(dueMs - (performance.now() - startMs));
    }
    await Promise.all(opening);
  },

  forget(): void {
    latencies = [];
    lastAtMs = 0;
  },

  /** Resolves when this many events have arrived since `forget`, or the time is over. */
  async arrivals({ events, timeoutMs }: { events: number; timeoutMs: number }): Promise<Arrivals> {
    const endMs = performance.now() + timeoutMs;
    while (latencies.length < events && performance.now() < endMs) await sleep(5);
    const sorted = Float64Array.from(latencies).sort();
    return { events: latencies.length, latency: summarizeLatency(sorted), lastAtMs };
  },

  /** The first clients read nothing more. */
  stall({ count }: { count: number }): void {
    for (const { socket } of clients.slice(0, count)) socket.pause();
  },

  /** They read again, until the server has closed them. @returns the close codes of all clients that were closed */
  async resume({ count, timeoutMs }: { count: number; timeoutMs: number }): Promise<number[]> {
    const stalled = clients.slice(0, count);
    for (const { socket } of stalled) socket.resume();
    const endMs = performance.now() + timeoutMs;
    while (stalled.some(({ closeCode }) => closeCode === undefined) && performance.now() < endMs)
      await sleep(20);
    return clients.flatMap(({ closeCode }) => closeCode ?? []);
  },

  async close(): Promise<void> {
    for (const { socket } of clients.splice(0)) socket.destroy();
    await sleep(500);
  },
};
export type FeedClientsCommands = typeof commands;

function open(options: OpenOptions, index: number): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port: options.port });
  const client: Client = { socket, rest: Buffer.alloc(0), isReady: false, closeCode: undefined };
  clients.push(client);
  socket.setNoDelay(true);
  socket.write(
    `GET ${options.path} HTTP/1.1\r\nhost: 127.0.0.1:${options.port}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n` +
      `sec-websocket-version: 13\r\nsec-websocket-key: ${randomBytes(16).toString('base64')}\r\n` +
      `authorization: Bearer ${options.token}\r\n\r\n`,
  );
  const group = String(index % options.groups);
  const [id, slow] = index < options.slowGroup ? [`slow-${index}`, 'slow'] : ['a', 'not-slow'];
  const messages = options.messages.map((text) =>
    text.replace('{group}', group).replace('{slow}', slow).replace('{id}', id),
  );
  let isUpgraded = false;
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => {
      client.closeCode ??= 1006;
      reject(new Error(`client ${index} was closed with ${client.closeCode} before it was ready`));
    });
    socket.on('data', (bytes) => {
      let unread = client.rest.length === 0 ? bytes : Buffer.concat([client.rest, bytes]);
      if (!isUpgraded) {
        const end = unread.indexOf(HEAD_END);
        if (end === -1) {
          client.rest = unread;
          return;
        }
        const head = unread.toString('latin1', 0, end);
        if (!head.startsWith('HTTP/1.1 101')) reject(new Error(`client ${index}: ${head.split('\r\n')[0]}`));
        isUpgraded = true;
        for (const message of messages) socket.write(writeFrame(TEXT, message));
        unread = unread.subarray(end + HEAD_END.length);
      }
      const { frames, rest } = readFrames(unread);
      // A view would keep the whole chunk.
      client.rest = rest.length === 0 ? Buffer.alloc(0) : Buffer.from(rest);
      for (const frame of frames) receive(client, frame, resolve);
    });
  });
}

function receive(client: Client, { opcode, payload }: Frame, onReady: () => void): void {
  if (opcode === PING) {
    client.socket.write(writeFrame(PONG, ''));
    return;
  }
  if (opcode === CLOSE) {
    client.closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
    client.socket.end();
    return;
  }
  if (!client.isReady) {
    if (followUp && payload.includes(followUp.after)) client.socket.write(writeFrame(TEXT, followUp.message));
    client.isReady = payload.includes(readyText);
    if (client.isReady) onReady();
    return;
  }
  const nowMs = machineNowMs();
  for (let at = payload.indexOf(SENT_AT); at !== -1; at = payload.indexOf(SENT_AT, at + SENT_AT.length)) {
    const start = at + SENT_AT.length;
    const sentAtMs = Number.parseFloat(payload.toString('latin1', start, start + 24));
    latencies.push(nowMs - sentAtMs);
    lastAtMs = nowMs;
  }
  // Engine.IO's own ping.
  if (payload.length === 1 && payload[0] === 0x32) client.socket.write(writeFrame(TEXT, '3'));
}

serveCommands(commands);
