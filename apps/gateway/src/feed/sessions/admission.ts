import type { IncomingMessage } from 'node:http';
import { ApiError } from '@hookline/contracts';
import { createTokenBucket } from '@hookline/service';
import type { FeedSettings } from '../feed-settings.ts';

export interface AdmissionOptions {
  settings: FeedSettings;
  /** Origins whose pages may open the feed, besides the gateway's own origin. */
  allowedOrigins: readonly string[];
  /** Whether a request says who it is from: the number of connections that have not said is limited. */
  hasCredentials: (request: IncomingMessage) => boolean;
  /** Whether events are sent at present. */
  isFollowing: () => boolean;
  counts: () => { sessions: number; unauthenticated: number };
}

/** Decides whether a new connection may be opened, on every transport by the same rules. */
export interface Admission {
  /** From now on every connection is refused: the replica shuts down. */
  stop(): void;
  readonly isStopped: boolean;
  /**
   * @param isKnown whether it is known who the request is from. Default: whether the request says so
   * @throws ApiError `forbidden` for a page of another origin, `shutting_down`, `overloaded`
   */
  check(request: IncomingMessage, isKnown?: boolean): void;
}

const RETRY_FULL_SECONDS = 5;
/** Clients that come back in a storm are spread over this many seconds. */
const RETRY_SPREAD_SECONDS = 5;

export function createAdmission({ settings, counts, ...options }: AdmissionOptions): Admission {
  const { acceptsPerSecond, acceptBurst } = settings;
  const accepted = createTokenBucket({ limit: acceptBurst, windowSeconds: acceptBurst / acceptsPerSecond });
  let stopped = false;
  return {
    stop() {
      stopped = true;
    },
    get isStopped() {
      return stopped;
    },
    check(request, isKnown) {
      if (!isOriginAllowed(request, options.allowedOrigins)) {
        throw new ApiError('forbidden', {
          message: `Pages of ${request.headers.origin} may not open the feed: add the origin to the gateway's ALLOWED_ORIGINS`,
        });
      }
      if (stopped) throw new ApiError('shutting_down', { retryAfterSeconds: 1 });
      const { sessions, unauthenticated } = counts();
      const isFull =
        !options.isFollowing() ||
        sessions >= settings.maxConnections ||
        (unauthenticated >= settings.maxUnauthenticated && !(isKnown ?? options.hasCredentials(request)));
      if (isFull) throw new ApiError('overloaded', { retryAfterSeconds: RETRY_FULL_SECONDS });
      if (!accepted.take()) {
        const retryAfterSeconds = 1 + Math.floor(Math.random() * RETRY_SPREAD_SECONDS);
        throw new ApiError('overloaded', {
          message: 'Too many connections are opened at once; try again',
          retryAfterSeconds,
        });
      }
    },
  };
}

/** Programs send no Origin. A page of the gateway's own host is always allowed; its scheme may differ behind a proxy. */
function isOriginAllowed(request: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (allowed.includes(origin)) return true;
  try {
    return host !== undefined && new URL(origin).host === host;
  } catch {
    return false;
  }
}
