import type { Provider } from './provider/provider.ts';
import type { VerificationInput, VerificationResult } from './provider/verification.ts';
import { type RequestViews, viewsOf } from './request/request-views.ts';

/**
 * Verifies a request over each body that its sender may have signed: for a compressed body, the decoded bytes (which
 * most senders sign) and the compressed bytes. A rejection describes the decoded bytes.
 * @returns a promise if there are several bodies, or if keys may have to be fetched
 */
export function verifyWebhook(
  provider: Provider,
  input: VerificationInput,
  views: RequestViews = viewsOf(input.request),
): VerificationResult | Promise<VerificationResult> {
  const { signed } = views;
  const [likeliest] = signed;
  const first = provider.verify(likeliest === input.request ? input : { ...input, request: likeliest });
  return signed.length === 1 ? first : verifyOthers(provider, input, signed, first);
}

async function verifyOthers(
  provider: Provider,
  input: VerificationInput,
  [, ...others]: RequestViews['signed'],
  likeliest: VerificationResult | Promise<VerificationResult>,
): Promise<VerificationResult> {
  const first = await likeliest;
  if (first.ok) return first;
  for (const request of others) {
    const verification = await provider.verify({ ...input, request });
    if (verification.ok) return verification;
  }
  return first;
}
