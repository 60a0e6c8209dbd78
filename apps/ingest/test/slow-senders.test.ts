import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createHarness } from './harness.ts';
import { signGithub } from './sign.ts';

const SENDERS = 100;

test('senders that trickle are cut off, and keep nobody else waiting', async () => {
  const environmentSecrets = new Map([['github', { secrets: ['s'], verifyTokens: [] }]]);
  const { startReplica } = await createHarness({ environmentSecrets });
  const replica = await startReplica();
  const { hostname, port } = new URL(replica.url);
  const head = `POST /api/webhooks/github/acme HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\nContent-Type: application/json\r\n\r\n`;
  const sockets = Array.from({ length: SENDERS }, (_, index) => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    // Half of them never come to the end of their headers, half never to the end of their body.
    socket.write(index % 2 === 0 ? head.slice(0, 60) : head);
    return socket;
  });
  const trickle = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write('x');
  }, 1_000);
  onTestFinished(() => {
    clearInterval(trickle);
    for (const socket of sockets) socket.destroy();
  });
  const started = performance.now();
  const closed = Promise.all(sockets.map((socket) => (socket.closed ? undefined : once(socket, 'close'))));
  for (const socket of sockets) socket.resume();
  for (let round = 0; round < 20; round++) {
    const at = performance.now();
    const answer = await replica.deliver(
      '/api/webhooks/github/acme',
      signGithub({ secret: 's', body: '{}' }),
    );
    expect(answer.status).toBe(200);
    expect(performance.now() - at).toBeLessThan(2_000);
  }
  await closed;
  expect(performance.now() - started).toBeLessThan(35_000);
}, 60_000);
