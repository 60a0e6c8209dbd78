import { pointedValue } from '@hookline/json';
import type { ApiFetch } from '@hookline/outbound';
import { fillRequest, type JudgedAnswer, judgeAnswer, type RequestTemplate } from '@hookline/providers';
import type { AppFacts } from '../facts/app-facts.ts';
import type { OAuthConnectable } from '../facts/require-connectable.ts';
import { isRefusal } from '../provider-api/answer-status.ts';
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
/** RFC 6750 and RFC 6749: what providers say of a token that is not valid any more. */
const ENDED: ReadonlySet<string> = new Set(['invalid_token', 'invalid_grant']);

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
    const answered = parseBody(told);
    const judged = judgeAnswer({ status, headers, body: answered }, answers);
    const code = judged.code ?? errorOf(answered);
    const message = `the provider answered ${[status, code ?? ''].join(' ').trim()}`;
    if (judged.verdict === 'ok') {
      // A login page and the page of a proxy revoke nothing.
      if (status === revocation.status && !isPage(headers, told)) return { kind: 'revoked' };
      return { kind: 'failed', message: `${message}, which is not its answer to a revocation` };
    }
    if (code === undefined || !isFinal(status, judged, revocation.request))
      return { kind: 'failed', message, retryAfterSeconds: judged.retryAfterSeconds };
    const hasEnded = judged.verdict === 'unauthorized' || judged.verdict === 'gone' || ENDED.has(code);
    return {
      kind: 'refused',
      message: hasEnded ? `${message}: the grant has probably ended before` : message,
    };
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

/** RFC 6749, 5.2. A proxy has no such text in its answer. */
function errorOf(body: unknown): string | undefined {
  const error = pointedValue(body, ['error']);
  return typeof error === 'string' && /^[\w.:-]{1,100}$/.test(error) ? error : undefined;
}

const isPage = (headers: Readonly<Record<string, string>>, body: Buffer) =>
  /\bhtml\b/i.test(headers['content-type'] ?? '') || /^\s*</.test(body.toString('latin1', 0, 100));

/** Of an answer with the provider's own text: the same status without it may come from a proxy. */
function isFinal(status: number, judged: JudgedAnswer, { authorization }: RequestTemplate): boolean {
  // The secret of an application can be mended; a token that is not valid stays so.
  if (judged.verdict === 'unauthorized') return authorization !== 'client';
  return isRefusal(status, judged);
}

function nameOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return String(typeof code === 'string' ? code : (name ?? 'unknown'));
}
