import { ApiError, type OAuthAppSettings } from '@hookline/contracts';
import { type AddressGuard, AddressNotAllowedError } from '@hookline/outbound';

/**
 * Checks the addresses that replace a provider's by the rules for all outbound calls.
 * @throws ApiError `invalid_request` that names the origin
 */
export async function checkOrigins(
  settings: OAuthAppSettings | null | undefined,
  guard: AddressGuard,
): Promise<void> {
  for (const [from, to] of Object.entries(settings?.origins ?? {})) {
    const path = `body/settings/origins/${from.slice(0, 100).replaceAll(/[\s:/]/g, '_')}`;
    if (!URL.canParse(from) || new URL(from).origin !== from)
      throw new ApiError('invalid_request', {
        message: `${path} must be an origin such as https://api.github.com`,
      });
    try {
      await guard.checkAnswers(guard.parseUrl(to));
    } catch (error) {
      if (!(error instanceof AddressNotAllowedError)) throw error;
      throw new ApiError('invalid_request', { cause: error, message: `${path} ${error.publicMessage}` });
    }
  }
}
