import type { OAuthAppSettings } from '@hookline/contracts';
import { type AddressGuard, AddressNotAllowedError, createAddressGuard } from '@hookline/outbound';
import { type Connectable, listOrigins } from '@hookline/providers';
import { describeUnknownName, fieldBelow, invalidFields } from '@hookline/service';

/** Which addresses are public, whatever this installation may call. */
const publicOnly = createAddressGuard({ allowPrivate: false });

async function isPublic(url: URL): Promise<boolean> {
  const onAnyPort = new URL(url);
  onAnyPort.port = '';
  try {
    publicOnly.checkUrl(onAnyPort);
    await publicOnly.checkAnswers(onAnyPort);
    return true;
  } catch (error) {
    if (!(error instanceof AddressNotAllowedError)) throw error;
    return false;
  }
}

/**
 * Checks the addresses that replace a provider's by the rules for all outbound calls. Secrets go to them, so `http` is
 * only for loopback and private addresses. An origin that the service does not have would replace nothing.
 * @param stored the addresses that were checked when they were stored
 * @throws ApiError `invalid_request` that names the origin
 */
export async function checkOrigins(
  settings: OAuthAppSettings | null | undefined,
  { guard, connectable }: { guard: AddressGuard; connectable: Connectable },
  stored: Readonly<Record<string, string>> = {},
): Promise<void> {
  const known = listOrigins(connectable);
  for (const [from, to] of Object.entries(settings?.origins ?? {})) {
    if (Object.hasOwn(stored, from) && stored[from] === to) continue;
    if (!known.includes(from))
      throw invalidFields(describeUnknownName('body/settings/origins', from.slice(0, 100), known));
    const refused = (message: string) =>
      invalidFields({ path: fieldBelow('body/settings/origins', from), message });
    try {
      const url = guard.parseUrl(to);
      await guard.checkAnswers(url);
      if (url.protocol === 'http:' && (await isPublic(url)))
        throw refused('must be https, as its address is public');
    } catch (error) {
      if (!(error instanceof AddressNotAllowedError)) throw error;
      throw refused(error.publicMessage);
    }
  }
}
