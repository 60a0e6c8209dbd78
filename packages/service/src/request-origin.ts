import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import proxyAddress from '@fastify/proxy-addr';

/**
 * The origin at which a client sees this service, such as `https://hooks.example.com`, for requests that the framework sees
 * and those that it does not. Trusted proxies name it by `X-Forwarded-Proto` and `X-Forwarded-Host`.
 */
export function createOriginReader(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const trusts = trustedProxies.length > 0 ? proxyAddress.compile([...trustedProxies]) : () => false;
  return ({ headers, socket }) => {
    const isProxied = socket.remoteAddress !== undefined && trusts(socket.remoteAddress, 0);
    const told = (name: string) => (isProxied ? lastOf(headers[name]) : undefined);
    const protocol =
      told('x-forwarded-proto') ?? ((socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http');
    return `${protocol}://${told('x-forwarded-host') ?? headers.host ?? ''}`;
  };
}

/** Of several values, the one that the nearest proxy added. */
function lastOf(header: string | string[] | undefined): string | undefined {
  const value = String(header ?? '')
    .split(',')
    .at(-1)
    ?.trim();
  return value === '' ? undefined : value;
}
