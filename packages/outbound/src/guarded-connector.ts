import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import type { AddressGuard, AddressNotAllowedError } from './address-guard.ts';

/** Of what undici's connector takes. */
export interface ConnectorOptions {
  /** In ms, over look-up, TCP and TLS. */
  timeout: number;
  /** Default true: HTTP/2 where the other side speaks it. */
  allowH2?: boolean;
  /** Whether it is asked for before HTTP/1.1. Default false. */
  preferH2?: boolean;
  /** PEM; in place of the machine's authorities. */
  ca?: string;
  /** Of `tls.createSecureContext`, in place of `ca`. */
  secureContext?: SecureContext;
}

/** As undici's, but it gives the socket out at once, so that its events can be followed. */
export type GuardedConnector = (options: buildConnector.Options, callback: buildConnector.Callback) => Socket;

/**
 * Makes the connections of a dispatcher: names are resolved by the guard, and the address that a socket has in fact
 * come to is judged once more before anything is sent.
 */
export function createGuardedConnector(guard: AddressGuard, options: ConnectorOptions): GuardedConnector {
  const connect = buildConnector({ ...options, lookup: guard.lookup } as buildConnector.BuildOptions);
  return (target, callback) => {
    const connected: buildConnector.Callback = (error, socket) => {
      if (error) {
        callback(error, null);
        return;
      }
      try {
        guard.checkAddress(target.hostname, socket.remoteAddress);
      } catch (refusal) {
        socket.destroy();
        callback(refusal as AddressNotAllowedError, null);
        return;
      }
      callback(null, socket);
    };
    return connect(target, connected) as unknown as Socket;
  };
}
