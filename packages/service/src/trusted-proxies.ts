import type { IncomingMessage } from 'node:http';
import proxyAddress from '@fastify/proxy-addr';
import Type from 'typebox';
import { checkAllowedIp } from './allowed-addresses.ts';

/** The proxies whose `X-Forwarded-*` headers are believed, for services that are reached from outside. */
export const TRUSTED_PROXIES_ENV = {
  TRUSTED_PROXIES: Type.String({
    default: 'loopback',
    description:
      'addresses, networks, or loopback, linklocal, uniquelocal, separated by commas; none: no proxy is trusted',
  }),
};

const PROXY_NAMES = new Set(['loopback', 'linklocal', 'uniquelocal']);

export function toTrustedProxies(text: string): string[] {
  return text === 'none' ? [] : text.split(',').map((entry) => entry.trim());
}

export function findTrustedProxyProblems(text: string | undefined): string[] {
  if (!text) return [];
  return toTrustedProxies(text).flatMap((entry) => {
    const problem = PROXY_NAMES.has(entry) ? undefined : checkAllowedIp(entry);
    return problem === undefined ? [] : [`TRUSTED_PROXIES: ${problem}`];
  });
}

/**
 * The address of the client, for requests that the framework does not see, such as upgrades. It is the same that
 * `request.ip` is for other requests.
 */
export function createAddressReader(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const trusts = trustedProxies.length > 0 ? proxyAddress.compile([...trustedProxies]) : () => false;
  // A socket that has closed meanwhile has no address.
  return (request) => proxyAddress(request, trusts) ?? '';
}
