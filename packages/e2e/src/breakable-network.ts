import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The way to a server, which a test can break. */
export interface BreakableNetwork {
  /** The server's URL by this way. */
  readonly url: string;
  /**
   * From now on nothing is forwarded, and neither side is told: no connection is closed. New connections get no answer
   * either.
   */
  cut(): void;
  /** New connections are forwarded again. Those from before stay silent, as behind a router that has forgotten them. */
  restore(): void;
  /** Ends all connections and refuses new ones, as if the server had ended. */
  refuse(): Promise<void>;
  /** Takes connections again, at the same address. */
  accept(): Promise<void>;
  close(): Promise<void>;
}

/** A TCP proxy on loopback in front of the server of a URL. */
export async function startBreakableNetwork(serverUrl: string): Promise<BreakableNetwork> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  /** Stops what a connection forwards, for good. */
  const stops = new Set<() => void>();
  let isCut = false;

  const server = createServer((client) => {
    keep(client);
    if (isCut) return;
    const upstream = connect(Number(target.port), target.hostname);
    keep(upstream);
    client.pipe(upstream).pipe(client);
    let isStopped = false;
    const stop = () => {
      isStopped = true;
      client.unpipe(upstream).pause();
      upstream.unpipe(client).pause();
    };
    stops.add(stop);
    const end = (other: Socket) => () => {
      stops.delete(stop);
      if (!isStopped) other.destroy();
    };
    client.once('close', end(upstream));
    upstream.once('close', end(client));
  });

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  }

  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  const end = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };

  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    cut() {
      isCut = true;
      for (const stop of stops) stop();
      stops.clear();
    },
    restore() {
      isCut = false;
    },
    refuse: end,
    accept: () => listen(port),
    close: () => (server.listening ? end() : Promise.resolve()),
  };
}
