import { randomBytes } from 'node:crypto';
import type { Bus } from '@hookline/bus';
import { GATEWAYS_SUBJECT } from '@hookline/contracts';
import type { Logger } from '@hookline/service';

/** The replicas of the gateway that are alive, and where they can be reached inside the network. */
export interface ReplicaDirectory {
  /** The id of this replica. */
  readonly own: string;
  /** The internal origin of another replica; undefined: there is no such replica. */
  find(replica: string): string | undefined;
  /** Announces this replica from now on. @param url its own internal origin */
  announce(url: string): void;
  stop(): void;
}

export interface ReplicaDirectoryOptions {
  bus: Bus;
  logger: Logger;
  announceEveryMs?: number;
  /** A replica that was silent this long is forgotten. */
  forgetAfterMs?: number;
}

interface Announcement {
  replica: string;
  /** Undefined: the replica shuts down. */
  url?: string;
}

const ORIGIN = /^http:\/\/[^/\s]{1,300}$/;
const REPLICA = /^[0-9a-f]{12}$/;
/** More replicas than anybody runs: announcements must not fill the memory. */
const MAX_REPLICAS = 1_000;

/** Each replica announces itself over core NATS at an interval, and at once when it hears of a new one. */
export function createReplicaDirectory(options: ReplicaDirectoryOptions): ReplicaDirectory {
  const { bus, logger, announceEveryMs = 5_000, forgetAfterMs = 16_000 } = options;
  const own = randomBytes(6).toString('hex');
  const replicas = new Map<string, { url: string; heardAt: number }>();
  let ownUrl: string | undefined;
  let timer: NodeJS.Timeout | undefined;

  function publish(announcement: Announcement): void {
    if (bus.connected) bus.connection.publish(GATEWAYS_SUBJECT, JSON.stringify(announcement));
  }

  function announceNow(): void {
    if (ownUrl !== undefined) publish({ replica: own, url: ownUrl });
  }

  function hear({ replica, url }: Announcement): void {
    if (replica === own) return;
    if (url === undefined) {
      replicas.delete(replica);
      return;
    }
    const isNew = !replicas.has(replica);
    if (isNew && replicas.size >= MAX_REPLICAS) return;
    replicas.set(replica, { url, heardAt: performance.now() });
    if (isNew) announceNow();
  }

  function forgetSilent(): void {
    const now = performance.now();
    for (const [replica, { heardAt }] of replicas)
      if (now - heardAt > forgetAfterMs) replicas.delete(replica);
  }

  const subscription = bus.connection.subscribe(GATEWAYS_SUBJECT, {
    callback(error, message) {
      const announcement = error ? undefined : readAnnouncement(message.string());
      if (announcement) hear(announcement);
      else logger.warn({ err: error }, 'an announcement of a replica cannot be read');
    },
  });

  return {
    own,
    find: (replica) => replicas.get(replica)?.url,
    announce(url) {
      ownUrl = url;
      announceNow();
      timer ??= setInterval(() => {
        announceNow();
        forgetSilent();
      }, announceEveryMs);
    },
    stop() {
      clearInterval(timer);
      if (ownUrl !== undefined) publish({ replica: own });
      ownUrl = undefined;
      subscription.unsubscribe();
    },
  };
}

function readAnnouncement(text: string): Announcement | undefined {
  try {
    const { replica, url } = JSON.parse(text) as Record<string, unknown>;
    if (typeof replica !== 'string' || !REPLICA.test(replica)) return undefined;
    if (url === undefined) return { replica };
    return typeof url === 'string' && ORIGIN.test(url) ? { replica, url } : undefined;
  } catch {
    return undefined;
  }
}
