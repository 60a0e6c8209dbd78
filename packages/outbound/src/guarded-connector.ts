import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import type { AddressGuard, AddressNotAllowedError } from './address-guard.ts';

/** The used options of undici's connector. */
export interface ConnectorOptions {
  /** In ms, for look-up, TCP and TLS together. */
  timeout: number;
  /** Whether HTTP/2 is used if the server supports it. Default true. */
  allowH2?: boolean;
  /** Whether HTTP/2 is offered before HTTP/1.1. Default false. */
  preferH2?: boolean;
  /** Certificate authorities in PEM, instead of the machine's. */
  ca?: string;
  /** A context from `tls.createSecureContext`, instead of `ca`. */
  secureContext?: SecureContext;
}

/** Like undici's connector, but it returns the socket at once, so that a caller can listen to its events. */
export type GuardedConnector = (options: buildConnector.Options, callback: buildConnector.Callback) => Socket;

/**
 * Opens the connections of a dispatcher: the guard resolves names, and checks the socket's remote address once more
 * before anything is sent.
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
