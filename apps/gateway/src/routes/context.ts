import type { ServiceName } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { Authenticate, Exports } from '@hookline/service';
import type { FastifyRequest } from 'fastify';
import type { Alerts } from '../alerts/build-alerts.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Attempts } from '../auth/attempts.ts';
import type { FailureLimit } from '../auth/failure-limit.ts';
import type { Identity } from '../auth/identity.ts';
import type { OidcOptions } from '../auth/oidc/oidc-options.ts';
import type { OidcProvider } from '../auth/oidc/oidc-provider.ts';
import type { PortalOrigins } from '../auth/portal/portal-origins.ts';
import type { Revocations } from '../auth/revocations.ts';
import type { Sessions } from '../auth/sessions/sessions.ts';
import type { SignInLimit } from '../auth/sessions/sign-in-limit.ts';
import type { Feed } from '../feed/feed.ts';
import type { FeedTickets } from '../feed/sse/feed-tickets.ts';
import type { Upstream } from '../forward/upstream.ts';
import type { IdempotentCalls } from '../idempotency/idempotent-calls.ts';
import type { RateLimits } from '../limits/rate-limits.ts';

export interface PublicKeysLimit {
  /** How many requests for missing pages one client address may send in a window. */
  misses: number;
  windowMs: number;
}

/** The parts of the service that the operations use. */
export interface RouteContext {
  authenticate: Authenticate;
  /** The identity of a request that was authenticated. */
  identityOf: (request: FastifyRequest) => Identity;
  /** The same; undefined for a request that was authenticated in another way, or not at all. */
  findIdentity: (request: FastifyRequest) => Identity | undefined;
  /** Counts attempts to authenticate, and limits failures. */
  attempts: Attempts;
  failures: FailureLimit;
  portalOrigins: PortalOrigins;
  sessions: Sessions;
  signIns: SignInLimit;
  /** Whether there is a dashboard to send browsers to. */
  hasDashboard: boolean;
  /** undefined: nobody can sign in at an identity provider. */
  oidc: { provider: OidcProvider; options: OidcOptions; origin: string } | undefined;
  operatorKey: string | undefined;
  database: Database;
  rateLimits: RateLimits;
  idempotentCalls: IdempotentCalls;
  auditLog: AuditLog;
  exports: Exports;
  feed: Feed;
  feedTickets: FeedTickets;
  alerts: Alerts;
  revocations: Revocations;
  upstreams: Record<Exclude<ServiceName, 'gateway'>, Upstream>;
  internalToken: string;
  /** The names and aliases of the providers, as they stand in paths. */
  providers: readonly string[];
  publicKeysLimit: PublicKeysLimit | undefined;
  /** Whether each service is ready. */
  isReady: Record<ServiceName, () => Promise<boolean>>;
}
