import type { Provider } from './provider/provider.ts';
import type { VerificationInput, VerificationResult } from './provider/verification.ts';
import { type RequestViews, viewsOf } from './request/request-views.ts';

/**
 * Verifies a request over each body that its sender may have signed: of a compressed one the plain bytes, which most
 * sign, and the compressed ones. What is refused is refused for the plain ones.
 * @returns a promise where there are several, or where keys may have to be fetched
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
