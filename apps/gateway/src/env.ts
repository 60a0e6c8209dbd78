import { fileURLToPath } from 'node:url';
import {
  COMMON_ENV,
  ENCRYPTION_ENV,
  findEncryptionKeyProblems,
  findTrustedProxyProblems,
  NATS_ENV,
  OUTBOUND_ENV,
  portSetting,
  readEnv,
  readOutboundPolicy,
  TRUSTED_PROXIES_ENV,
  toEncryptionKeys,
  toNatsOptions,
  toServiceOptions,
  toTrustedProxies,
  urlSetting,
} from '@hookline/service';
import Type, { type Static } from 'typebox';
import type { SmtpOptions } from './alerts/notifications/email-sender.ts';
import type { JwtConfig } from './auth/jwt.ts';
import type { OidcOptions } from './auth/oidc/oidc-options.ts';
import type { GatewayOptions } from './options.ts';

const upstream = (service: string, port: number) =>
  Type.String({
    pattern: '^https?://[^/]+/?$',
    default: `http://127.0.0.1:${port}`,
    description: `where ${service} listens, http://host:port without a path`,
  });

/** Where `npm run build` writes it; seen from `src` and from `dist` alike. */
const BUILT_DASHBOARD = fileURLToPath(new URL('../../dashboard/dist', import.meta.url));

/** Origins, separated by commas. A `;`, a quote or a space would change a header that holds them. */
const ORIGINS = '^(https?://[^/,;\\s\'"]+(\\s*,\\s*https?://[^/,;\\s\'"]+)*)?$';

export const GatewayEnv = Type.Object({
  ...COMMON_ENV,
  ...NATS_ENV,
  ...ENCRYPTION_ENV,
  ...OUTBOUND_ENV,
  GATEWAY_PORT: portSetting(3000),
  INGEST_URL: upstream('ingest', 3001),
  DELIVERY_URL: upstream('delivery', 3002),
  SCHEDULER_URL: upstream('scheduler', 3003),
  ...TRUSTED_PROXIES_ENV,
  // Always valid and stored nowhere: it is for making the first API keys. Its holder can do everything.
  HOOKLINE_OPERATOR_KEY: Type.Optional(
    Type.String({ minLength: 24, description: 'an operator key of your own choice, at least 24 characters' }),
  ),
  ALLOWED_ORIGINS: Type.String({
    default: '',
    pattern: ORIGINS,
    description:
      "origins of pages that may call the API and open the feed, separated by commas; the gateway's own always may",
  }),
  DASHBOARD_DIR: Type.Optional(
    Type.String({ minLength: 1, description: 'the directory of the built dashboard' }),
  ),
  PORTAL_FRAME_ORIGINS: Type.String({
    default: '',
    pattern: ORIGINS,
    description: 'origins of pages that may frame the portal, separated by commas',
  }),
  PORTAL_RETURN_ORIGINS: Type.String({
    default: '',
    pattern: ORIGINS,
    description:
      'origins that a portal may lead back to, separated by commas; none: any https origin, and http on this machine',
  }),
  PORTAL_LOGO_ORIGINS: Type.String({
    default: '',
    pattern: ORIGINS,
    description: 'origins of the logos in the portal, separated by commas; none: there are no logos',
  }),
  // A single replica does not serve more than some thousand calls a second. So a key that reaches this limit is probably a
  // loop, and one that is busy with a thousand calls a second does not notice it.
  API_RATE_LIMIT_PER_KEY: Type.Integer({
    minimum: 0,
    default: 60_000,
    description: 'calls of one key in a window, publishes apart; 0: no limit',
  }),
  // Several busy programs may have the same address, which may also be that of a proxy.
  API_RATE_LIMIT_PER_ADDRESS: Type.Integer({
    minimum: 0,
    default: 120_000,
    description: 'calls of one client address in a window, publishes apart; 0: no limit',
  }),
  // Publishing is what Hookline is for. Ingest answers 503 when it is full.
  API_RATE_LIMIT_PUBLISHES_PER_KEY: Type.Integer({
    minimum: 0,
    default: 0,
    description: 'publishes of one key in a window; 0: no limit',
  }),
  API_RATE_LIMIT_WINDOW_SECONDS: Type.Integer({ minimum: 1, maximum: 86_400, default: 60 }),
  FEED_MAX_CONNECTIONS: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 20_000 }),
  FEED_MAX_CONNECTIONS_PER_TENANT: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1_000 }),
  FEED_ACCEPTS_PER_SECOND: Type.Integer({ minimum: 1, maximum: 100_000, default: 500 }),
  // Some proxies end connections that are idle for less than a minute.
  FEED_PING_SECONDS: Type.Integer({ minimum: 1, maximum: 300, default: 25 }),
  FEED_SOCKETIO: Type.Enum(['on', 'off'], { default: 'on' }),
  FEED_SOCKETIO_MAX_CONNECTIONS: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 2_000 }),
  GATEWAY_INTERNAL_URL: Type.Optional(
    Type.String({
      pattern: '^http://[^/]+/?$',
      description: 'where the other replicas of the gateway reach this one, http://host:port without a path',
    }),
  ),
  // Its holder can make tokens for any tenant.
  JWT_HS256_SECRET: Type.Optional(
    Type.String({
      minLength: 32,
      description: 'the secret that signs your JWTs (HS256), at least 32 characters',
    }),
  ),
  JWT_JWKS_URL: Type.Optional(urlSetting("https://…, the public keys of your JWTs' issuer")),
  JWT_ISSUER: Type.Optional(Type.String({ description: 'what "iss" must be' })),
  JWT_AUDIENCE: Type.Optional(Type.String({ description: 'what "aud" must be or contain' })),
  GATEWAY_PUBLIC_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^/?#]+/?$',
      description: 'the origin at which browsers reach the gateway, such as https://hooks.example.com',
    }),
  ),
  OIDC_ISSUER: Type.Optional(urlSetting('https://… of the identity provider at which people sign in')),
  OIDC_CLIENT_ID: Type.Optional(Type.String({ minLength: 1 })),
  OIDC_CLIENT_SECRET: Type.Optional(Type.String({ minLength: 1 })),
  OIDC_ROLE_CLAIM: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'the claim with the role: operator, operator_readonly, tenant or tenant_readonly',
    }),
  ),
  OIDC_TENANT_CLAIM: Type.Optional(
    Type.String({ minLength: 1, description: 'the claim that names the tenant' }),
  ),
  ALERT_INTERVAL_SECONDS: Type.Integer({
    minimum: 1,
    maximum: 3_600,
    default: 15,
    description: 'how often the alert rules are checked',
  }),
  // Its password is in the address.
  SMTP_URL: Type.Optional(
    Type.String({
      pattern: '^smtps?://[^\\s/?#,]+([/?][^\\s,]*)?$',
      description: 'the SMTP server for e-mail about alerts: smtps://user:password@smtp.example.com',
    }),
  ),
  SMTP_FROM: Type.Optional(
    Type.String({
      pattern: '^([^\\s<>@]+@[A-Za-z0-9.-]+|[^<>\\r\\n]*<[^\\s<>@]+@[A-Za-z0-9.-]+>)$',
      description: 'the sender of e-mail about alerts: Hookline <alerts@example.com>',
    }),
  ),
  OIDC_SCOPE: Type.String({ default: 'openid email', pattern: '(^| )openid( |$)' }),
});

/** @throws ConfigurationError with every problem */
export function readGatewayEnv(source: Record<string, string | undefined>): GatewayOptions {
  const env = readEnv(GatewayEnv, source, () => [
    ...findEncryptionKeyProblems(source['HOOKLINE_ENCRYPTION_KEY']),
    ...findJwtProblems(source),
    ...findOidcProblems(source),
    ...findSmtpProblems(source),
    ...findTrustedProxyProblems(source['TRUSTED_PROXIES']),
  ]);
  return {
    ...toServiceOptions(env, env.GATEWAY_PORT),
    ...toNatsOptions(env),
    upstreams: { ingest: env.INGEST_URL, delivery: env.DELIVERY_URL, scheduler: env.SCHEDULER_URL },
    trustedProxies: toTrustedProxies(env.TRUSTED_PROXIES),
    encryptionKeys: toEncryptionKeys(env.HOOKLINE_ENCRYPTION_KEY),
    operatorKey: env.HOOKLINE_OPERATOR_KEY,
    jwt: toJwtConfig(env),
    internalUrl: env.GATEWAY_INTERNAL_URL?.replace(/\/$/, ''),
    publicUrl: env.GATEWAY_PUBLIC_URL === undefined ? undefined : new URL(env.GATEWAY_PUBLIC_URL).origin,
    oidc: toOidcOptions(env),
    alerts: {
      outbound: readOutboundPolicy(env),
      smtp: toSmtpOptions(env),
      intervalMs: env.ALERT_INTERVAL_SECONDS * 1_000,
    },
    allowedOrigins: toOrigins(env.ALLOWED_ORIGINS),
    dashboardDir: env.DASHBOARD_DIR ?? BUILT_DASHBOARD,
    portalFrameOrigins: toOrigins(env.PORTAL_FRAME_ORIGINS),
    portalOrigins: {
      return: toOrigins(env.PORTAL_RETURN_ORIGINS),
      logo: toOrigins(env.PORTAL_LOGO_ORIGINS),
    },
    rateLimits: {
      perKey: env.API_RATE_LIMIT_PER_KEY,
      perAddress: env.API_RATE_LIMIT_PER_ADDRESS,
      publishesPerKey: env.API_RATE_LIMIT_PUBLISHES_PER_KEY,
      windowSeconds: env.API_RATE_LIMIT_WINDOW_SECONDS,
    },
    feed: {
      maxConnections: env.FEED_MAX_CONNECTIONS,
      maxConnectionsPerTenant: env.FEED_MAX_CONNECTIONS_PER_TENANT,
      acceptsPerSecond: env.FEED_ACCEPTS_PER_SECOND,
      acceptBurst: 2 * env.FEED_ACCEPTS_PER_SECOND,
      pingIntervalMs: env.FEED_PING_SECONDS * 1_000,
      socketIo: env.FEED_SOCKETIO === 'on',
      maxSocketIoConnections: env.FEED_SOCKETIO_MAX_CONNECTIONS,
    },
  };
}

const toOrigins = (text: string) =>
  text
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');

const HTTPS_OR_LOCAL = /^https:\/\/|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/;

/** What is wrong with the JWT settings as a whole. */
function findJwtProblems(source: Record<string, string | undefined>): string[] {
  const isSet = (name: string) => (source[name] ?? '') !== '';
  const problems: string[] = [];
  if (isSet('JWT_HS256_SECRET') && isSet('JWT_JWKS_URL')) {
    problems.push(
      'JWT_HS256_SECRET and JWT_JWKS_URL are both set: set the one that your tokens are signed with',
    );
  }
  if (!isSet('JWT_HS256_SECRET') && !isSet('JWT_JWKS_URL')) {
    for (const name of ['JWT_ISSUER', 'JWT_AUDIENCE'].filter(isSet)) {
      problems.push(
        `${name} is set, but neither JWT_HS256_SECRET nor JWT_JWKS_URL: no JWT would be accepted`,
      );
    }
  }
  if (isSet('JWT_JWKS_URL')) {
    // An issuer signs for many applications with the same keys.
    for (const name of ['JWT_ISSUER', 'JWT_AUDIENCE'].filter((each) => !isSet(each))) {
      problems.push(`${name} is not set: with JWT_JWKS_URL it is needed, or tokens made for others would do`);
    }
    if (!HTTPS_OR_LOCAL.test(source['JWT_JWKS_URL'] ?? '')) {
      problems.push(
        'JWT_JWKS_URL must be https (http only on this machine): the server there decides which tokens are valid',
      );
    }
  }
  return problems;
}

/** What is wrong with the settings of the identity provider as a whole. */
function findOidcProblems(source: Record<string, string | undefined>): string[] {
  const isSet = (name: string) => (source[name] ?? '') !== '';
  if (!isSet('OIDC_ISSUER')) {
    return ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_ROLE_CLAIM', 'OIDC_TENANT_CLAIM']
      .filter(isSet)
      .map((name) => `${name} is set, but OIDC_ISSUER is not: nobody could sign in`);
  }
  const missing = ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_ROLE_CLAIM', 'GATEWAY_PUBLIC_URL']
    .filter((name) => !isSet(name))
    .map((name) => `${name} is not set: with OIDC_ISSUER it is needed`);
  const isSafe = HTTPS_OR_LOCAL.test(source['OIDC_ISSUER'] ?? '');
  return isSafe
    ? missing
    : [...missing, 'OIDC_ISSUER must be https (http only on this machine): it decides who may sign in'];
}

/** What is wrong with the settings of the SMTP server as a whole. */
function findSmtpProblems(source: Record<string, string | undefined>): string[] {
  const isSet = (name: string) => (source[name] ?? '') !== '';
  if (isSet('SMTP_URL') && !isSet('SMTP_FROM'))
    return ['SMTP_FROM is not set: with SMTP_URL it is needed, or no server would take an e-mail'];
  if (!isSet('SMTP_URL') && isSet('SMTP_FROM'))
    return ['SMTP_FROM is set, but SMTP_URL is not: no e-mail could be sent'];
  return [];
}

function toSmtpOptions({ SMTP_URL, SMTP_FROM }: Static<typeof GatewayEnv>): SmtpOptions | undefined {
  return SMTP_URL === undefined || SMTP_FROM === undefined ? undefined : { url: SMTP_URL, from: SMTP_FROM };
}

function toOidcOptions(env: Static<typeof GatewayEnv>): OidcOptions | undefined {
  const { OIDC_ISSUER, OIDC_CLIENT_ID = '', OIDC_CLIENT_SECRET = '', OIDC_ROLE_CLAIM = '' } = env;
  if (OIDC_ISSUER === undefined) return undefined;
  return {
    issuer: OIDC_ISSUER,
    clientId: OIDC_CLIENT_ID,
    clientSecret: OIDC_CLIENT_SECRET,
    roleClaim: OIDC_ROLE_CLAIM,
    tenantClaim: env.OIDC_TENANT_CLAIM,
    scope: env.OIDC_SCOPE,
  };
}

function toJwtConfig(env: Static<typeof GatewayEnv>): JwtConfig | undefined {
  const claims = {
    ...(env.JWT_ISSUER === undefined ? {} : { issuer: env.JWT_ISSUER }),
    ...(env.JWT_AUDIENCE === undefined ? {} : { audience: env.JWT_AUDIENCE }),
  };
  if (env.JWT_HS256_SECRET !== undefined) return { ...claims, secret: env.JWT_HS256_SECRET };
  if (env.JWT_JWKS_URL !== undefined) return { ...claims, jwksUrl: env.JWT_JWKS_URL };
  return undefined;
}
