import { once } from 'node:events';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { hostOf } from './host-of.ts';

/** Connects by TLS. `alpnProtocol` of the socket says which HTTP the server has chosen. */
export async function connectSecurely(url: URL, insecure: boolean, signal: AbortSignal): Promise<TLSSocket> {
  const host = hostOf(url);
  const socket = connect({
    host,
    port: Number(url.port || 443),
    ALPNProtocols: ['http/1.1', 'h2'],
    rejectUnauthorized: !insecure,
    // Only names have a name.
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
  try {
    await once(socket, 'secureConnect', { signal });
    return socket;
  } catch (error) {
    socket.on('error', () => {});
    socket.destroy();
    throw error;
  }
}
