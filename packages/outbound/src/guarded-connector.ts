import type { Socket } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressGuard, AddressNotAllowedError } from './address-guard.ts';

/** What undici's connector takes, but for what the guard decides; `timeout` in ms, over look-up, TCP and TLS. */
export type ConnectorOptions = Omit<buildConnector.BuildOptions, 'lookup' | 'socketPath'>;

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
