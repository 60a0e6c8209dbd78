import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createHarness } from './harness.ts';
import { signGithub } from './sign.ts';
import { environmentOf, startProcess } from './start-process.ts';

/** `npm run slow-senders` uses 2,000 senders and needs the machine for itself. */
const SENDERS = Number(process.env['SLOW_SENDERS'] ?? 200);
/** The time between two bytes of one sender. */
const BYTE_EVERY_MS = 5_000;
const TICK_MS = 50;
/** The time between two valid requests. */
const HEALTHY_EVERY_MS = 100;
/** The memory that each sender may cost. */
const MAX_BYTES_EACH = 65_536;
/** The memory that a process takes in its first minute under any requests. */
const WARM_UP_BYTES = 67_108_864;
const secret = 's';
const PATH = '/api/webhooks/github/acme';
const HEAD = `POST ${PATH} HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\nContent-Type: application/json\r\n\r\n`;

interface SlowSender {
  socket: Socket;
  openedAt: number;
  /** How long the connection lasted, in ms; undefined while it is open. */
  lastedMs?: number;
}

/**
 * Opens the senders over four seconds, so that they connect, send and end independently. Half of them never finish
 * their headers, and half never finish their body.
 */
function startSlowSenders(port: number): SlowSender[] {
  const senders: SlowSender[] = [];
  const open = () => {
    const sender: SlowSender = { socket: connect(port, '127.0.0.1'), openedAt: performance.now() };
    sender.socket.on('error', () => {});
    sender.socket.on('close', () => {
      sender.lastedMs = performance.now() - sender.openedAt;
    });
    sender.socket.write(senders.length % 2 === 0 ? HEAD.slice(0, 60) : HEAD);
    sender.socket.resume();
    senders.push(sender);
  };
  let next = 0;
  const timer = setInterval(() => {
    for (let count = 0; count < SENDERS / (4_000 / TICK_MS) && senders.length < SENDERS; count++) open();
    for (let count = 0; count < SENDERS / (BYTE_EVERY_MS / TICK_MS); count++) {
      const socket = senders[next++ % SENDERS]?.socket;
      if (socket?.writable) socket.write('x');
    }
  }, TICK_MS);
  onTestFinished(() => {
    clearInterval(timer);
    for (const { socket } of senders) socket.destroy();
  });
  return senders;
}

async function residentBytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes\{[^}]*\} (\S+)$/m.exec(text)?.[1]);
}

async function deliver(url: string): Promise<number> {
  const { headers, body } = signGithub({ secret, body: '{"n":1}' });
  const startedAt = performance.now();
  const response = await fetch(`${url}${PATH}`, { method: 'POST', headers, body });
  await response.arrayBuffer();
  expect(response.status).toBe(200);
  return performance.now() - startedAt;
}

function p99(times: number[]): number {
  return times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)] as number;
}

test('slow senders are all disconnected within 30 s, use little memory, and do not delay other senders', async () => {
  const { config } = await createHarness();
  const env = { ...environmentOf(config), GITHUB_WEBHOOK_SECRET: secret, INGEST_RATE_LIMIT_PER_ADDRESS: '0' };
  // The second process has no slow senders: a delay in both processes comes from the machine.
  const attacked = startProcess(env);
  const [url, leftAlone] = await Promise.all([attacked.listening(), startProcess(env).listening()]);
  for (let round = 0; round < 30; round++) await Promise.all([deliver(url), deliver(leftAlone)]);
  const bytesBefore = await residentBytes(url);

  const senders = startSlowSenders(Number(new URL(url).port));
  const healthy: Promise<number>[] = [];
  const compared: Promise<number>[] = [];
  let bytes = bytesBefore;
  const startedAt = performance.now();
  const areGone = () => senders.length === SENDERS && senders.every(({ lastedMs }) => lastedMs !== undefined);
  for (let round = 0; !areGone(); round++) {
    expect(performance.now() - startedAt).toBeLessThan(45_000);
    healthy.push(deliver(url));
    compared.push(deliver(leftAlone));
    if (round % 10 === 0) bytes = Math.max(bytes, await residentBytes(url));
    await delay(HEALTHY_EVERY_MS);
  }
  const p99Ms = p99(await Promise.all(healthy));
  const leftAloneP99Ms = p99(await Promise.all(compared));
  const lastedMs = senders.map((sender) => sender.lastedMs as number);
  console.log({
    senders: SENDERS,
    healthy: healthy.length,
    p99Ms: Math.round(p99Ms),
    leftAloneP99Ms: Math.round(leftAloneP99Ms),
    longestSenderMs: Math.round(Math.max(...lastedMs)),
    bytesEach: Math.round((bytes - bytesBefore) / SENDERS),
  });
  expect(p99Ms).toBeLessThan(Math.max(200, 3 * leftAloneP99Ms));
  // Senders that finished their headers count as incomplete requests, and not as internal errors.
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const incomplete = /hookline_ingest_requests_total\{[^}]*"incomplete_request"[^}]*\} (\d+)/.exec(
    metrics,
  )?.[1];
  expect(Number(incomplete)).toBe(SENDERS / 2);
  expect(metrics).not.toContain('outcome="internal"');
  expect(attacked.output()).not.toContain('"level":"error"');
  // No sender was disconnected at once.
  expect(Math.min(...lastedMs)).toBeGreaterThan(9_000);
  expect(Math.max(...lastedMs)).toBeLessThan(30_000 + leftAloneP99Ms);
  expect(bytes - bytesBefore).toBeLessThan(SENDERS * MAX_BYTES_EACH + WARM_UP_BYTES);
}, 90_000);

test('a connection beyond the limit is closed without an answer and counted, and an ended connection makes space for a new one', async () => {
  const { startReplica } = await createHarness({ maxConnections: 3 });
  const replica = await startReplica();
  const open = () => connect(Number(new URL(replica.url).port), '127.0.0.1').on('error', () => {});
  const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const ask = (socket: Socket) =>
    new Promise<string>((resolve) => {
      socket.once('data', (data) => resolve(data.toString()));
      socket.write('GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n');
    });
  const sockets = [open(), open(), open()] as const;
  onTestFinished(() => sockets.forEach((socket) => void socket.destroy()));
  for (const socket of sockets) expect(await ask(socket)).toMatch(/^HTTP\/1.1 200/);
  await closed(open());
  const gone = closed(sockets[0]);
  sockets[0].destroy();
  await gone;
  expect((await replica.call('GET', '/metrics')).text).toMatch(
    /hookline_http_connections_dropped_total\{[^}]*\} [1-9]/,
  );
});
