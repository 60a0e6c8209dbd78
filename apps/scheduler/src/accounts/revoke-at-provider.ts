import type { ApiFetch } from '@hookline/outbound';
import { fillRequest, type JudgedAnswer, judgeAnswer, type RequestTemplate } from '@hookline/providers';
import type { AppFacts } from '../facts/app-facts.ts';
import type { OAuthConnectable } from '../facts/require-connectable.ts';
import { parseBody } from '../provider-api/parse-body.ts';
import { withoutToken } from '../provider-api/without-token.ts';

export interface RevokedTokens {
  accessToken: string;
  refreshToken: string | undefined;
  /** Of the application, at which the tokens were given. */
  origins: Readonly<Record<string, string>>;
}

/** What the provider made of a request to revoke a grant. */
export type RevocationAnswer =
  | { readonly kind: 'revoked' }
  /** Another try cannot help: mostly because the grant has ended. */
  | { readonly kind: 'refused'; readonly message: string }
  | FailedRevocation;

/** Another try may succeed. */
export interface FailedRevocation {
  readonly kind: 'failed';
  readonly message: string;
  readonly retryAfterSeconds?: number | undefined;
}

const MAX_BYTES = 65_536;
/** A request timeout, "too early", and the limit of a rate. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

/** Asks a provider once to revoke a grant. Never rejects. */
export async function revokeAtProvider(
  api: ApiFetch,
  { oauth, answers }: OAuthConnectable,
  app: AppFacts,
  tokens: RevokedTokens,
  timeoutMs: number,
): Promise<RevocationAnswer> {
  const { revocation } = oauth;
  if (revocation === undefined) return { kind: 'refused', message: 'the provider cannot be asked for it' };
  try {
    const filled = fillRequest(
      revocation.request,
      {
        accessToken: tokens.accessToken,
        // Providers accept either token.
        refreshToken: tokens.refreshToken ?? tokens.accessToken,
        clientId: app.clientId,
        clientSecret: revocation.request.authorization === 'client' ? app.clientSecret() : undefined,
      },
      tokens.origins,
    );
    const { status, headers, body } = await api.call(filled, {
      timeoutMs,
      maxBytes: MAX_BYTES,
      followRedirects: false,
    });
    const told = withoutToken(withoutToken(body, tokens.accessToken), tokens.refreshToken);
    const judged = judgeAnswer({ status, headers, body: parseBody(told) }, answers);
    if (judged.verdict === 'ok') return { kind: 'revoked' };
    const message = `the provider answered ${[status, judged.code ?? ''].join(' ').trim()}`;
    return isFinal(status, judged, revocation.request)
      ? { kind: 'refused', message: `${message}: the grant has probably ended before` }
      : { kind: 'failed', message, retryAfterSeconds: judged.retryAfterSeconds };
  } catch (error) {
    return { kind: 'failed', message: `the provider did not answer (${nameOf(error)})` };
  }
}

/** Whether the request needs an access token that is valid, and a refresh token does not do in its place. */
export function needsAccessToken({ oauth: { revocation } }: OAuthConnectable): boolean {
  if (revocation === undefined) return false;
  const { authorization, body } = revocation.request;
  return authorization === 'bearer' || JSON.stringify(body ?? {}).includes('{accessToken}');
}

function isFinal(status: number, { verdict }: JudgedAnswer, { authorization }: RequestTemplate): boolean {
  if (verdict === 'rate-limited' || verdict === 'quota-exhausted') return false;
  // The secret of an application can be mended; a token that is not valid stays so.
  if (verdict === 'unauthorized') return authorization !== 'client';
  return status >= 400 && status < 500 && !PASSING_STATUSES.has(status);
}

function nameOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return String(typeof code === 'string' ? code : (name ?? 'unknown'));
}
