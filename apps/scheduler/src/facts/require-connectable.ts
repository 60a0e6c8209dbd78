import { ApiError } from '@hookline/contracts';
import {
  type Connectable,
  getConnectable,
  listConnectables,
  type OAuthSpecification,
} from '@hookline/providers';
import { didYouMean } from '@hookline/service';

/** A service whose accounts are connected by OAuth. */
export type OAuthConnectable = Connectable & { readonly oauth: OAuthSpecification };

const hasOAuth = (connectable: Connectable): connectable is OAuthConnectable =>
  connectable.oauth !== undefined;

export const listOAuthConnectables = (): OAuthConnectable[] => listConnectables().filter(hasOAuth);

/** @throws ApiError `invalid_request` that names the nearest services */
export function requireConnectable(name: string, path = 'body/provider'): OAuthConnectable {
  const found = getConnectable(name);
  if (found && hasOAuth(found)) return found;
  const known = listOAuthConnectables().flatMap(({ id, aliases = [] }) => [id, ...aliases]);
  const advice = didYouMean(name, known) || `: one of ${known.join(', ')}`;
  throw new ApiError('invalid_request', { message: `${path} must be a service with accounts${advice}` });
}

/** The service of a stored row. @throws if this build does not know it */
export function connectableOf(provider: string): OAuthConnectable {
  const found = getConnectable(provider);
  if (found && hasOAuth(found)) return found;
  throw new Error(`this build does not know the service "${provider}"`);
}
