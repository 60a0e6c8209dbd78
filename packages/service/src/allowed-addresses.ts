import { BlockList, isIP } from 'node:net';
import { plainAddress } from './client-address.ts';

/**
 * Checks an entry of a list of allowed addresses.
 * @param entry an address, or a network such as `203.0.113.0/24`
 * @returns what is wrong with it. Undefined: it is valid
 */
export function checkAllowedIp(entry: string): string | undefined {
  const [address = '', prefix, ...rest] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0 || address.includes('%')) {
    return `"${entry}" must be an IP address or a network such as 203.0.113.0/24`;
  }
  const longest = version === 4 ? 32 : 128;
  if (prefix === undefined || (/^(0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= longest))
    return undefined;
  return `"${entry}": the prefix of an IPv${version} network must be a number from 0 to ${longest}`;
}

/**
 * Whether each address and network lies within one of others.
 * @param inner valid entries (`checkAllowedIp`), as `outer`
 */
export function areWithin(inner: readonly string[], outer: readonly string[]): boolean {
  const around = outer.map((entry) => ({ ...readEntry(entry), contains: createAddressCheck([entry]) }));
  return inner
    .map(readEntry)
    .every(({ address, version, prefix }) =>
      around.some((each) => each.version === version && each.prefix <= prefix && each.contains(address)),
    );
}

function readEntry(entry: string): { address: string; version: number; prefix: number } {
  const [address = '', prefix] = entry.split('/');
  const version = isIP(address);
  return { address, version, prefix: prefix === undefined ? (version === 4 ? 32 : 128) : Number(prefix) };
}

/**
 * @param entries valid entries (`checkAllowedIp`). Undefined: all addresses are allowed
 * @returns whether a client's address is allowed. Text that is not an address is not
 */
export function createAddressCheck(entries: readonly string[] | undefined): (address: string) => boolean {
  if (entries === undefined) return () => true;
  const allowed = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (prefix === undefined) allowed.addAddress(address, family);
    else allowed.addSubnet(address, Number(prefix), family);
  }
  return (text) => {
    const address = plainAddress(text);
    const version = isIP(address);
    return version !== 0 && allowed.check(address, version === 4 ? 'ipv4' : 'ipv6');
  };
}
