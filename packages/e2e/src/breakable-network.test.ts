import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startBreakableNetwork } from './breakable-network.ts';

const server = createServer((socket) => socket.pipe(socket));
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

async function start() {
  const network = await startBreakableNetwork(
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
  );
  onTestFinished(() => network.close());
  return network;
}

async function open(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

async function echo(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk.toString();
}

test('bytes go both ways, at the path of the server', async () => {
  const network = await start();
  expect(new URL(network.url).pathname).toBe('/hook');
  expect(await echo(await open(network.url), 'hello')).toBe('hello');
});

test('a cut closes nothing and forwards nothing, and connections from before stay silent afterwards', async () => {
  const network = await start();
  const before = await open(network.url);
  await echo(before, 'hello');
  network.cut();
  const during = await open(network.url);
  const seen: string[] = [];
  for (const socket of [before, during]) {
    socket.on('data', () => seen.push('data'));
    socket.on('close', () => seen.push('close'));
    socket.write('lost');
  }
  network.restore();
  // It goes the whole way after the others would have.
  expect(await echo(await open(network.url), 'again')).toBe('again');
  expect(seen).toEqual([]);
});

test('while it refuses, connections are ended and refused, and later they are taken at the same address', async () => {
  const network = await start();
  const before = await open(network.url);
  const ended = once(before, 'close');
  await network.refuse();
  await ended;
  await expect(open(network.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await network.accept();
  expect(await echo(await open(network.url), 'hello')).toBe('hello');
});
