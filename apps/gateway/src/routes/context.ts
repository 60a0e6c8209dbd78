import type { Scope, ServiceName } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { Authenticate } from '@hookline/service';
import type { FastifyRequest } from 'fastify';
import type { Revocations } from '../auth/revocations.ts';
import type { Upstream } from '../forward/upstream.ts';
import type { RateLimits } from '../limits/rate-limits.ts';

export interface PublicKeysLimit {
  /** How many requests for missing pages one client address may send in a window. */
  misses: number;
  windowMs: number;
}

/** The parts of the service that the operations use. */
export interface RouteContext {
  authenticate: Authenticate;
  /** What the caller of a request may do. @throws as `authenticate` */
  scopesOf: (request: FastifyRequest) => Promise<readonly Scope[]>;
  database: Database;
  rateLimits: RateLimits;
  revocations: Revocations;
  upstreams: Record<Exclude<ServiceName, 'gateway'>, Upstream>;
  internalToken: string;
  /** The names and aliases of the providers, as they stand in paths. */
  providers: readonly string[];
  publicKeysLimit: PublicKeysLimit | undefined;
  /** Whether each service is ready. */
  isReady: Record<ServiceName, () => Promise<boolean>>;
}
