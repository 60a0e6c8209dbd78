// The baseline of the feed: `ws` alone. It takes the events from NATS, finds the sockets of an event's repository in a map,
// and sends each the same buffer.
import type { AddressInfo } from 'node:net';
import { connectBus } from '@hookline/bus';
import { EVENTS_SUBJECTS } from '@hookline/contracts';
import { type WebSocket, WebSocketServer } from 'ws';
import { serveCommands } from './serve-commands.ts';

const TEXT = { binary: false } as const;

const commands = {
  async listen({ natsUrl }: { natsUrl: string }) {
    const sockets = new Map<string, Set<WebSocket>>();
    const server = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      perMessageDeflate: false,
      clientTracking: false,
    });
    server.on('connection', (socket) => {
      socket.on('error', () => {});
      socket.once('message', (data: Buffer) => {
        const { filter } = JSON.parse(data.toString('utf8')) as { filter: { repository: string[] } };
        for (const repository of filter.repository) {
          const set = sockets.get(repository) ?? new Set();
          sockets.set(repository, set.add(socket));
          socket.once('close', () => set.delete(socket));
        }
        socket.send('{"type":"subscribed"}');
      });
    });
    const bus = await connectBus({
      url: natsUrl,
      name: 'hookline-bench-bare-feed',
      logger: { info() {}, warn: console.warn, error: console.error },
      onClosed: () => process.exit(1),
    });
    bus.connection.subscribe(EVENTS_SUBJECTS, {
      callback(error, message) {
        if (error) return;
        const matched = sockets.get(message.headers?.get('ce-repository') ?? '');
        if (!matched || matched.size === 0) return;
        const frame = Buffer.concat([Buffer.from('{"type":"event","data":'), message.data, Buffer.from('}')]);
        for (const socket of matched) socket.send(frame, TEXT);
      },
    });
    await bus.connection.flush();
    await new Promise((resolve) =>
      server.address() ? resolve(undefined) : server.once('listening', resolve),
    );
    return { port: (server.address() as AddressInfo).port };
  },
};
export type BareFeedCommands = typeof commands;

serveCommands(commands);
