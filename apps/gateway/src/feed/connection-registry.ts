import { FEED_CLOSE } from '@hookline/contracts';
import type { FeedConnection } from './feed-connection.ts';
import type { FeedSettings } from './feed-settings.ts';

/** All feed connections of this process. */
export interface ConnectionRegistry {
  readonly size: number;
  /** Connections that are not authenticated yet. */
  readonly unauthenticated: number;
  add(connection: FeedConnection): void;
  remove(connection: FeedConnection): void;
  /** Counts the connection for its tenant. @returns the reason for a refusal if the tenant has too many */
  admit(connection: FeedConnection): string | undefined;
  keyIds(): string[];
  closeKey(keyId: string): void;
  closeAll(code: number, reason: string): void;
  terminateAll(): void;
  /** Resolves once no connection is left. */
  whenEmpty(): Promise<void>;
  stop(): void;
}

/**
 * Spreads the pings over the interval, so that 10,000 connections are not pinged at the same moment. Each connection has a
 * place on a timer wheel that turns once an interval.
 */
export function createConnectionRegistry(settings: FeedSettings): ConnectionRegistry {
  const stepMs = Math.min(1_000, settings.pingIntervalMs / 10);
  const wheel = Array.from(
    { length: Math.ceil(settings.pingIntervalMs / stepMs) },
    () => new Set<FeedConnection>(),
  );
  const pongSteps = Math.min(wheel.length - 1, Math.ceil(settings.pongTimeoutMs / stepMs));
  const places = new Map<FeedConnection, Set<FeedConnection>>();
  const unauthenticated = new Set<FeedConnection>();
  const tenants = new Map<FeedConnection, string>();
  const countByTenant = new Map<string, number>();
  const waitingForEmpty: (() => void)[] = [];
  let step = 0;
  let nextPlace = 0;

  const at = (index: number) => wheel[(index + wheel.length) % wheel.length] as Set<FeedConnection>;
  const timer = setInterval(() => {
    step = (step + 1) % wheel.length;
    for (const connection of at(step - pongSteps)) connection.checkPong();
    for (const connection of at(step)) connection.ping();
  }, stepMs);

  return {
    get size() {
      return places.size;
    },
    get unauthenticated() {
      return unauthenticated.size;
    },
    add(connection) {
      const place = at(nextPlace++ % wheel.length);
      place.add(connection);
      places.set(connection, place);
      if (!connection.identity) unauthenticated.add(connection);
    },
    remove(connection) {
      places.get(connection)?.delete(connection);
      places.delete(connection);
      unauthenticated.delete(connection);
      if (places.size === 0) for (const done of waitingForEmpty.splice(0)) done();
      const tenant = tenants.get(connection);
      if (tenant === undefined) return;
      tenants.delete(connection);
      const count = (countByTenant.get(tenant) ?? 0) - 1;
      if (count > 0) countByTenant.set(tenant, count);
      else countByTenant.delete(tenant);
    },
    admit(connection) {
      unauthenticated.delete(connection);
      const principal = connection.identity?.principal;
      if (principal?.role !== 'tenant') return undefined;
      const count = countByTenant.get(principal.tenant) ?? 0;
      if (count >= settings.maxConnectionsPerTenant) return `this user already has ${count} connections`;
      tenants.set(connection, principal.tenant);
      countByTenant.set(principal.tenant, count + 1);
      return undefined;
    },
    keyIds: () => [...new Set([...places.keys()].flatMap(({ keyId }) => keyId ?? []))],
    closeKey(keyId) {
      for (const connection of [...places.keys()]) {
        if (connection.keyId === keyId)
          connection.close(FEED_CLOSE.unauthenticated, 'the API key was revoked');
      }
    },
    closeAll(code, reason) {
      for (const connection of [...places.keys()]) connection.close(code, reason);
    },
    terminateAll() {
      for (const connection of [...places.keys()]) connection.terminate();
    },
    async whenEmpty() {
      if (places.size > 0) await new Promise<void>((resolve) => waitingForEmpty.push(resolve));
    },
    stop: () => clearInterval(timer),
  };
}
