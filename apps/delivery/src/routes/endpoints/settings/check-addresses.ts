import type { AddressGuard } from '@hookline/outbound';
import { checkEndpointAnswers } from './check-endpoint-url.ts';
import type { EndpointChanges } from './read-settings.ts';

/**
 * Checks the addresses that a request sets. Runs outside of the transaction, which must not wait for name servers.
 * @throws ApiError `endpoint_url_not_allowed` or `invalid_request`
 */
export async function checkAddresses({ url, auth }: EndpointChanges, guard: AddressGuard): Promise<void> {
  await checkEndpointAnswers(url ?? undefined, guard);
  if (auth?.type === 'oauth2_client_credentials')
    await checkEndpointAnswers(auth.tokenUrl ?? undefined, guard, 'auth/tokenUrl');
}
