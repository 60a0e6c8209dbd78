import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** A destination that Hookline may not send to. The message is for the log: tenants are told only the code. */
export class AddressNotAllowedError extends Error {
  override readonly name = 'AddressNotAllowedError';
  readonly code = 'address_not_allowed';
}

const NOT_PUBLIC_V4: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32], // Azure's host
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
// Of IPv6 only 2000::/3 is public, and these parts of it are not.
const NOT_PUBLIC_V6: readonly [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['2620:4f:8000::', 48],
];

const blocked = new BlockList();
for (const [network, prefix] of NOT_PUBLIC_V4) blocked.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of NOT_PUBLIC_V6) blocked.addSubnet(network, prefix, 'ipv6');
const globalV6 = new BlockList();
globalV6.addSubnet('2000::', 3, 'ipv6');

/** Whether an address is one that anybody on the internet may have. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !blocked.check(address, 'ipv4');
  if (family !== 6) return false;
  return globalV6.check(address, 'ipv6') && !blocked.check(address, 'ipv6');
}

const LOCAL_NAME =
  /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|home\.arpa|onion|invalid|test|example|svc|cluster\.local)$/;

export interface AddressGuard {
  /**
   * Judges a URL as text: scheme, user info, literal addresses in every notation that WHATWG's parser knows, local
   * names. What a name resolves to is judged by `lookup`, at each connection.
   * @throws AddressNotAllowedError
   */
  checkUrl(url: URL): void;
  /** Whether this is development, where loopback and private addresses may be called. */
  readonly allowsPrivate: boolean;
  /** For `net.connect`: refuses a name if *any* of its addresses is not public, and pins the one it was judged by. */
  lookup: LookupFunction;
}

/** @param allowPrivate development: loopback and private addresses are allowed */
export function createAddressGuard({ allowPrivate }: { allowPrivate: boolean }): AddressGuard {
  return {
    allowsPrivate: allowPrivate,
    checkUrl(url) {
      if (url.protocol !== 'https:' && url.protocol !== 'http:') {
        throw new AddressNotAllowedError(`the scheme ${url.protocol} is not http or https`);
      }
      if (url.username !== '' || url.password !== '')
        throw new AddressNotAllowedError('the URL carries user info');
      if (allowPrivate) return;
      const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
      if (isIP(host) !== 0) {
        // undici does not call `lookup` for a literal address, so it is judged here.
        if (!isPublicAddress(host)) throw new AddressNotAllowedError(`${host} is not a public address`);
      } else if (!host.includes('.') || LOCAL_NAME.test(host)) {
        throw new AddressNotAllowedError(`${host} is a local name`);
      }
    },
    lookup: (hostname, options, callback) => {
      dnsLookup(
        hostname,
        { ...options, all: true, order: 'ipv4first' },
        (error, addresses: LookupAddress[]) => {
          if (error) {
            callback(error, '');
            return;
          }
          const refused = allowPrivate
            ? undefined
            : addresses.find(({ address }) => !isPublicAddress(address));
          const first = addresses[0];
          if (refused || !first) {
            callback(
              new AddressNotAllowedError(`${hostname} resolves to ${refused?.address ?? 'nothing'}`),
              '',
            );
          } else if (options.all) {
            (callback as unknown as (error: null, addresses: LookupAddress[]) => void)(null, [first]);
          } else {
            callback(null, first.address, first.family);
          }
        },
      );
    },
  };
}
