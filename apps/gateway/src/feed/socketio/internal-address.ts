import type { AddressInfo } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/** Addresses that stand for every address of the machine. */
const EVERY = new Set(['0.0.0.0', '::']);

/**
 * The origin at which other replicas reach this one: the address that it listens on, or, if it listens on all of them, the
 * first one that is not of the machine itself.
 */
export function internalOrigin(
  { address, port }: Pick<AddressInfo, 'address' | 'port'>,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): string {
  if (!EVERY.has(address)) return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  const outer = Object.values(interfaces)
    .flatMap((each) => each ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  return `http://${outer?.address ?? '127.0.0.1'}:${port}`;
}
