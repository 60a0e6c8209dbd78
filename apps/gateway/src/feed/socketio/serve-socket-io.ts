import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ApiError, INTERNAL_HEADERS } from '@hookline/contracts';
import { equalSecrets } from '@hookline/service';
import type { FeedMetrics } from '../feed-metrics.ts';
import type { FeedSettings } from '../feed-settings.ts';
import type { Admission } from '../sessions/admission.ts';
import { PASSED_HEADER, type ReplicaPassage } from './pass-to-replica.ts';
import type { ReplicaDirectory } from './replica-directory.ts';
import type { SocketIoFeed } from './socket-io-feed.ts';

export interface SocketIoServiceOptions {
  /** Loads the server of Socket.IO: at the first request, because most installations have none. */
  load: (generateId: () => string) => Promise<SocketIoFeed>;
  admission: Admission;
  directory: ReplicaDirectory;
  passage: ReplicaPassage;
  internalToken: string;
  settings: FeedSettings;
  metrics: FeedMetrics;
}

/**
 * What the gateway answers under `/socket.io/`. The requests of one session belong to one replica, which stands in the
 * session's id. A replica that gets a request of another one's session passes it on, so that no load balancer has to know.
 */
export interface SocketIoService {
  /** @throws ApiError before a byte is answered */
  serveRequest(request: IncomingMessage, response: ServerResponse): Promise<void>;
  serveUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  close(): Promise<void>;
}

const SESSION_ID = /^([0-9a-f]{12})\.[A-Za-z0-9_-]{1,64}$/;
const RETRY_FULL_SECONDS = 5;

export function createSocketIoService(options: SocketIoServiceOptions): SocketIoService {
  const { admission, directory, passage, settings, metrics } = options;
  let loading: Promise<SocketIoFeed> | undefined;
  let loaded: SocketIoFeed | undefined;
  let passed = 0;

  const load = async () => {
    loading ??= options.load(() => `${directory.own}.${randomBytes(15).toString('base64url')}`);
    loaded = await loading;
    return loaded;
  };

  /** The origin of the replica that has the session; undefined: this one, or none. */
  function ownerOf(request: IncomingMessage, sid: string): string | undefined {
    if (isPassed(request)) return undefined;
    const [, replica] = SESSION_ID.exec(sid) ?? [];
    return replica === undefined || replica === directory.own ? undefined : directory.find(replica);
  }

  function isPassed({ headers }: IncomingMessage): boolean {
    const token = headers[INTERNAL_HEADERS.token];
    return (
      headers[PASSED_HEADER] !== undefined &&
      typeof token === 'string' &&
      equalSecrets(token, options.internalToken)
    );
  }

  /** @throws ApiError for a new session that the replica does not take */
  function checkNew(request: IncomingMessage): void {
    // A page of any origin could read its answers as a script, with the cookie of a session.
    if (queryOf(request).has('j'))
      throw new ApiError('invalid_request', { message: 'Long polling as a script (JSONP) is not supported' });
    admission.check(request);
    const { connections, unauthenticated } = loaded ?? { connections: 0, unauthenticated: 0 };
    const isFull =
      connections >= settings.maxSocketIoConnections || unauthenticated >= settings.maxUnauthenticated;
    if (isFull) {
      throw new ApiError('overloaded', {
        message: 'This replica has as many connections by Socket.IO as it may have; try again',
        retryAfterSeconds: RETRY_FULL_SECONDS,
      });
    }
  }

  async function pass(forward: () => Promise<void>, ended: Duplex | ServerResponse): Promise<void> {
    if (passed >= settings.maxSocketIoConnections) {
      metrics.forwarded.inc({ result: 'refused' });
      throw new ApiError('overloaded', { retryAfterSeconds: RETRY_FULL_SECONDS });
    }
    passed++;
    ended.once('close', () => {
      passed--;
    });
    try {
      await forward();
      metrics.forwarded.inc({ result: 'passed' });
    } catch (error) {
      metrics.forwarded.inc({ result: 'unavailable' });
      throw error;
    }
  }

  return {
    async serveRequest(request, response) {
      const sid = sessionIdOf(request);
      if (sid !== undefined) {
        const origin = ownerOf(request, sid);
        if (origin !== undefined) return pass(() => passage.passRequest(origin, request, response), response);
      } else if (request.method !== 'OPTIONS' && isHandshake(request)) {
        checkNew(request);
      }
      (await load()).handleRequest(request, response);
    },
    async serveUpgrade(request, socket, head) {
      const sid = sessionIdOf(request);
      if (sid === undefined) checkNew(request);
      else {
        const origin = ownerOf(request, sid);
        if (origin !== undefined)
          return pass(() => passage.passUpgrade(origin, request, socket, head), socket);
      }
      (await load()).handleUpgrade(request, socket, head);
    },
    async close() {
      directory.stop();
      const feed = await loading?.catch(() => undefined);
      await feed?.close();
      passage.close();
    },
  };
}

const queryOf = ({ url = '' }: IncomingMessage) => new URLSearchParams(url.split('?', 2)[1]);

function sessionIdOf(request: IncomingMessage): string | undefined {
  return queryOf(request).get('sid') || undefined;
}

/** The client's program is served to everybody. */
const isHandshake = (request: IncomingMessage) => queryOf(request).has('transport');
