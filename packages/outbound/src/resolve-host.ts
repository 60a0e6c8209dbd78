import { promises as dns, type LookupAddress } from 'node:dns';

/** All addresses of a name. Rejects as `node:dns` does. */
export type ResolveHost = (host: string) => Promise<LookupAddress[]>;

/** A hanging name server must not use up the deadline of an attempt: two tries, 3 s together. */
const resolver = new dns.Resolver({ timeout: 1_500, tries: 2 });

/**
 * Asks the name servers, IPv4 and IPv6 at once. Not `dns.lookup`, which takes one of the process's four threads for
 * as long as a name server pleases: four names that hang would stop all others.
 */
export const resolvePublicHost: ResolveHost = async (host) => {
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const addresses: LookupAddress[] = [];
  if (v4.status === 'fulfilled') for (const address of v4.value) addresses.push({ address, family: 4 });
  if (v6.status === 'fulfilled') for (const address of v6.value) addresses.push({ address, family: 6 });
  if (addresses.length === 0 && v4.status === 'rejected') throw v4.reason;
  return addresses;
};

/** As the machine resolves: with its hosts file and its search domains. For names that an operator has allowed. */
export const resolveLocalHost: ResolveHost = (host) => dns.lookup(host, { all: true, order: 'ipv4first' });
