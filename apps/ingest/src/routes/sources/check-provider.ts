import { ApiError } from '@hookline/contracts';
import { getProvider, listProviders, type Provider } from '@hookline/providers';

/** @throws ApiError `invalid_request` that lists the providers there are */
export function requireProvider(name: string): Provider {
  const provider = getProvider(name);
  if (provider) return provider;
  const known = listProviders().map(({ id }) => id);
  throw new ApiError('invalid_request', {
    message: `There is no provider "${name}". There are: ${known.join(', ')}`,
    details: { providers: known },
  });
}

/** @throws ApiError `invalid_request` when the provider could not sign with such a secret */
export function checkSourceSecret(provider: Provider, secret: string): void {
  const problem = provider.checkSecret(secret);
  if (problem !== undefined) throw new ApiError('invalid_request', { message: `body/secret: ${problem}` });
}
