import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';

const LOWEST_PORT = 15_000;
const ATTEMPTS = 200;

/**
 * A free TCP port that is reserved for this process until it ends: `findFreePort` in any other process on this machine
 * does not return the port, even while the server on it restarts and the port is free for a moment.
 *
 * The port is below the range from which the kernel takes source ports of outgoing connections. A port inside that
 * range can be lost while its server restarts: a client that reconnects to it may get the same port as its source
 * port and connect to itself.
 */
export async function findFreePort(host = '127.0.0.1'): Promise<number> {
  const end = firstEphemeralPort();
  for (let attempt = 0; attempt < ATTEMPTS && end > LOWEST_PORT + 1000; attempt++) {
    const port = randomInt(LOWEST_PORT, end);
    if ((await isPortFree(port, host)) && (await reservePort(port))) return port;
  }
  return await bind(0, host);
}

/**
 * Reserves a port by binding the UDP port of the same number, which nothing else in Hookline uses. The kernel releases
 * the UDP port when the process ends for any reason, so no stale lock file can remain.
 * @returns false when a process has already reserved the port
 */
export async function reservePort(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ port, address: '127.0.0.1', exclusive: true }, resolve);
    });
  } catch {
    socket.close();
    return false;
  }
  socket.unref();
  return true;
}

export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  try {
    await bind(port, host);
    return true;
  } catch {
    return false;
  }
}

function bind(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      const bound = (server.address() as AddressInfo).port;
      server.close(() => resolve(bound));
    });
  });
}

function firstEphemeralPort(): number {
  try {
    return Number(/^\d+/.exec(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'))?.[0] ?? 0);
  } catch {
    // Not Linux: the start of IANA's range, which macOS uses.
    return 49_152;
  }
}
