import { countNouns, FEED_CLOSE, ID_PREFIX, isId } from '@hookline/contracts';
import type { FeedMetrics } from '../feed-metrics.ts';
import type { FeedSettings } from '../feed-settings.ts';
import type { FeedSession } from './feed-session.ts';
import type { FeedTransportName } from './feed-transport.ts';
import type { OpenSession } from './open-session.ts';
import { createPingWheel, type PingWheel } from './ping-wheel.ts';

/** All sessions of this process, on every transport. */
export interface SessionRegistry {
  readonly size: number;
  /** Sessions that are not authenticated yet. */
  readonly unauthenticated: number;
  count(transport: FeedTransportName): number;
  /** Opens the session. */
  add(session: FeedSession): void;
  remove(session: FeedSession): void;
  /** Counts the session for its tenant. @returns the reason for a refusal if the tenant has too many */
  admit(session: OpenSession): string | undefined;
  keyIds(): string[];
  closeKey(keyId: string): void;
  closeAll(code: number, reason: string): void;
  terminateAll(): void;
  /** Resolves once no session is left. */
  whenEmpty(): Promise<void>;
  stop(): void;
}

export function createSessionRegistry(settings: FeedSettings, metrics: FeedMetrics): SessionRegistry {
  const { pingIntervalMs, pongTimeoutMs, commentIntervalMs } = settings;
  // A comment of server-sent events cannot be answered, and Socket.IO looks for signs of life itself.
  const wheels: Record<FeedTransportName, PingWheel> = {
    ws: createPingWheel({ intervalMs: pingIntervalMs, answerTimeoutMs: pongTimeoutMs }),
    sse: createPingWheel({ intervalMs: commentIntervalMs }),
    socketio: createPingWheel({ intervalMs: pingIntervalMs }),
  };
  const sessions = new Set<FeedSession>();
  const counts: Record<FeedTransportName, number> = { ws: 0, sse: 0, socketio: 0 };
  const unauthenticated = new Set<OpenSession>();
  const tenants = new Map<OpenSession, string>();
  const countByTenant = new Map<string, number>();
  const waitingForEmpty: (() => void)[] = [];

  return {
    get size() {
      return sessions.size;
    },
    get unauthenticated() {
      return unauthenticated.size;
    },
    count: (transport) => counts[transport],
    add(session) {
      const { name } = session.transport;
      sessions.add(session);
      counts[name]++;
      metrics.connections.inc({ transport: name });
      wheels[name].add(session);
      unauthenticated.add(session);
      session.open();
    },
    remove(session) {
      if (!sessions.delete(session)) return;
      const { name } = session.transport;
      counts[name]--;
      metrics.connections.dec({ transport: name });
      wheels[name].remove(session);
      unauthenticated.delete(session);
      if (sessions.size === 0) for (const done of waitingForEmpty.splice(0)) done();
      const tenant = tenants.get(session);
      if (tenant === undefined) return;
      tenants.delete(session);
      const count = (countByTenant.get(tenant) ?? 0) - 1;
      if (count > 0) countByTenant.set(tenant, count);
      else countByTenant.delete(tenant);
    },
    admit(session) {
      unauthenticated.delete(session);
      const principal = session.identity?.principal;
      if (principal?.role !== 'tenant') return undefined;
      const count = countByTenant.get(principal.tenant) ?? 0;
      if (count >= settings.maxConnectionsPerTenant)
        return `this user already has ${countNouns(count, 'connection')}`;
      tenants.set(session, principal.tenant);
      countByTenant.set(principal.tenant, count + 1);
      return undefined;
    },
    keyIds: () => [...new Set([...sessions].flatMap(({ keyId }) => keyId ?? []))],
    closeKey(keyId) {
      const reason = isId(ID_PREFIX.apiKey, keyId) ? 'the API key has ended' : 'the session has ended';
      for (const session of [...sessions]) {
        if (session.keyId === keyId) session.close(FEED_CLOSE.unauthenticated, reason);
      }
    },
    closeAll(code, reason) {
      for (const session of [...sessions]) session.close(code, reason);
    },
    terminateAll() {
      for (const session of [...sessions]) session.terminate();
    },
    async whenEmpty() {
      if (sessions.size > 0) await new Promise<void>((resolve) => waitingForEmpty.push(resolve));
    },
    stop() {
      for (const wheel of Object.values(wheels)) wheel.stop();
    },
  };
}
