import type { ServiceName } from '@hookline/contracts';
import type { NatsOptions, ServiceOptions } from '@hookline/service';
import type { AlertOptions } from './alerts/build-alerts.ts';
import type { FailureLimitSettings } from './auth/failure-limit.ts';
import type { JwtConfig } from './auth/jwt.ts';
import type { OidcOptions } from './auth/oidc/oidc-options.ts';
import type { PortalOrigins } from './auth/portal/portal-origins.ts';
import type { SignInLimitSettings } from './auth/sessions/sign-in-limit.ts';
import type { FeedSettings } from './feed/feed-settings.ts';
import type { RateLimitOptions } from './limits/rate-limits.ts';
import type { PublicKeysLimit } from './routes/context.ts';

/** The options of the gateway, as `env.ts` reads them. */
export interface GatewayOptions extends ServiceOptions, NatsOptions {
  /** Origins of the other services. */
  upstreams: Record<Exclude<ServiceName, 'gateway'>, string>;
  /** The proxies whose X-Forwarded-* headers are believed: addresses, networks, or proxy-addr's names such as `loopback`. */
  trustedProxies: readonly string[];
  operatorKey: string | undefined;
  /** The origin at which browsers reach the gateway. undefined: as each request says. */
  publicUrl: string | undefined;
  oidc: OidcOptions | undefined;
  alerts: AlertOptions;
  jwt: JwtConfig | undefined;
  /** The origin at which other replicas of the gateway reach this one. Default: by the address that it listens on. */
  internalUrl?: string | undefined;
  /** Origins of web pages that may call the API and open the feed. */
  allowedOrigins: readonly string[];
  /** The directory of the built dashboard. Undefined: there is no dashboard. */
  dashboardDir?: string | undefined;
  /** Origins of web pages that may frame the portal. */
  portalFrameOrigins: readonly string[];
  /** The addresses that a portal session may name. */
  portalOrigins: PortalOrigins;
  rateLimits: RateLimitOptions;
  /** Seal the answers that are kept for repeats, and the channels of alerts. The first key seals, and all open. */
  encryptionKeys: readonly string[];
  feed?: Partial<FeedSettings>;
  failureLimit?: Partial<FailureLimitSettings>;
  signInLimit?: Partial<SignInLimitSettings>;
  publicKeysLimit?: PublicKeysLimit;
}
