import { ApiError } from '@hookline/contracts';
import { type AddressGuard, AddressNotAllowedError } from '@hookline/outbound';
import type { Provider } from '@hookline/providers';

/**
 * Checks the URLs among a source's options by the rules for endpoints: before the source is saved and outside the
 * transaction, which must not wait for name servers.
 * @throws ApiError `invalid_request` that names the option
 */
export async function checkOptionUrls(
  provider: Provider,
  given: Readonly<Record<string, string | null | undefined>>,
  guard: AddressGuard,
): Promise<void> {
  for (const [name, { isUrl }] of Object.entries(provider.options ?? {})) {
    const value = given[name];
    if (!isUrl || !value) continue;
    try {
      await guard.checkAnswers(guard.parseUrl(value));
    } catch (error) {
      if (!(error instanceof AddressNotAllowedError)) throw error;
      const message = `body/options/${name} ${error.publicMessage}`;
      throw new ApiError('invalid_request', { cause: error, message });
    }
  }
}
