import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface RawServer {
  url: string;
  /** Connections so far. */
  readonly connections: number;
  /** Bytes that were sent to clients. */
  readonly bytesWritten: number;
  close(): Promise<void>;
}

/**
 * Starts a TCP server without HTTP. When the request begins to arrive, the test decides what happens on the connection.
 */
export async function startRawServer(behave: (socket: Socket) => void): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let written = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      written += socket.bytesWritten;
      sockets.delete(socket);
    });
    socket.once('data', () => behave(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    get connections() {
      return connections;
    },
    get bytesWritten() {
      return [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, written);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Writes as long as the client reads. */
export function writeForEver(socket: Socket, head: string): void {
  const chunk = Buffer.alloc(65_536, 'x');
  socket.write(head);
  const fill = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', fill);
  fill();
}

/** Writes a byte every 100 ms, so that a timeout between two chunks is never reached. */
export function trickle(socket: Socket, head: string): void {
  socket.write(head);
  const timer = setInterval(() => socket.write('x'), 100);
  socket.on('close', () => clearInterval(timer));
}
