import { promises as dns, type LookupAddress } from 'node:dns';

/** All addresses of a name. Rejects as `node:dns` does. */
export type ResolveHost = (host: string) => Promise<LookupAddress[]>;

/** The timeout of one query to one name server; c-ares asks the servers in turn and doubles the time in each round. */
const TRY_MS = 1_500;
/** For all name servers together: servers that hang must not use up the deadline of an attempt. */
const DEADLINE_MS = 3_000;

/**
 * Asks the name servers for IPv4 and IPv6 addresses at the same time. Does not use `dns.lookup`, which occupies one of
 * the process's four threads until the name server answers: four names that hang would block all others.
 * @param servers `address:port`; default the machine's name servers
 */
export function createPublicResolver(servers?: readonly string[]): ResolveHost {
  const resolver = new dns.Resolver({ timeout: TRY_MS, tries: 2 });
  if (servers) resolver.setServers(servers);
  return async (host) => {
    const [v4, v6] = await Promise.allSettled([
      withinDeadline(host, resolver.resolve4(host)),
      withinDeadline(host, resolver.resolve6(host)),
    ]);
    const addresses: LookupAddress[] = [];
    if (v4.status === 'fulfilled') for (const address of v4.value) addresses.push({ address, family: 4 });
    if (v6.status === 'fulfilled') for (const address of v6.value) addresses.push({ address, family: 6 });
    if (addresses.length === 0 && v4.status === 'rejected') throw v4.reason;
    return addresses;
  };
}

export const resolvePublicHost: ResolveHost = createPublicResolver();

/** Resolves as the machine does: with its hosts file and its search domains. For names that an operator has allowed. */
export const resolveLocalHost: ResolveHost = (host) =>
  withinDeadline(host, dns.lookup(host, { all: true, order: 'ipv4first' }));

/** @throws the error of the look-up, or at the deadline an error with the code ETIMEOUT, as `node:dns` throws it */
function withinDeadline<Answer>(host: string, answer: Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const error = new Error(`the name servers did not answer for ${host} in ${DEADLINE_MS / 1000} s`);
      reject(Object.assign(error, { code: 'ETIMEOUT', syscall: 'query' }));
    }, DEADLINE_MS);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
