import type { Provider, Verification, VerificationInput } from './provider.ts';
import { type RequestViews, viewsOf } from './request-views.ts';

/**
 * Verifies a request over each body that its sender may have signed: of a compressed one the plain bytes, which most
 * sign, and the compressed ones. What is refused is refused for the plain ones.
 */
export async function verifyWebhook(
  provider: Provider,
  input: VerificationInput,
  views: RequestViews = viewsOf(input.request),
): Promise<Verification> {
  const [likeliest, ...others] = views.signed;
  const first = await provider.verify(likeliest === input.request ? input : { ...input, request: likeliest });
  if (first.ok) return first;
  for (const request of others) {
    const verification = await provider.verify({ ...input, request });
    if (verification.ok) return verification;
  }
  return first;
}
