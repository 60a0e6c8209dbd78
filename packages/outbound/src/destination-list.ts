import { BlockList, isIP } from 'node:net';
import { normalizeAddress } from './public-address.ts';

/** Destinations that an operator configures: networks, addresses and host names. */
export interface DestinationList {
  hasHost(host: string): boolean;
  hasAddress(address: string): boolean;
}

const HOST_NAME = /^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/;

/**
 * Reads `10.1.0.0/16`, `10.1.2.3`, `fd00::/8`, `billing.corp`, `*.corp` (every name below `corp`, not itself).
 * @param purpose for the error message
 * @throws RangeError for any other entry
 */
export function parseDestinations(purpose: 'allow' | 'deny', entries: readonly string[]): DestinationList {
  const hosts = new Set<string>();
  const suffixes: string[] = [];
  const networks = new BlockList();
  for (const entry of entries) {
    const [network = '', prefix] = entry.split('/');
    const family = isIP(network);
    if (family !== 0) {
      const longest = family === 4 ? 32 : 128;
      const length = prefix === undefined ? longest : Number(prefix);
      if (!/^\d{0,3}$/.test(prefix ?? '') || prefix === '' || length > longest)
        throw new RangeError(`The list of destinations to ${purpose} has "${entry}", which is not a network`);
      networks.addSubnet(network, length, family === 4 ? 'ipv4' : 'ipv6');
      continue;
    }
    const host = entry.toLowerCase();
    if (!HOST_NAME.test(host)) {
      throw new RangeError(
        `The list of destinations to ${purpose} has "${entry}", which is neither a network nor a host name`,
      );
    }
    if (host.startsWith('*.')) suffixes.push(host.slice(1));
    else hosts.add(host);
  }
  return {
    hasHost: (host) => hosts.has(host) || suffixes.some((suffix) => host.endsWith(suffix)),
    hasAddress(address) {
      const normal = normalizeAddress(address);
      return normal !== undefined && networks.check(normal, isIP(normal) === 4 ? 'ipv4' : 'ipv6');
    },
  };
}
