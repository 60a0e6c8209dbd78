import { openEndpointAuth, sealEndpointAuth } from '../../../endpoints/secrets/endpoint-auth-box.ts';
import { sealHeaderValue } from '../../../endpoints/secrets/endpoint-header-box.ts';
import type { RouteContext } from '../../context.ts';
import type { EndpointColumnsContext } from './endpoint-columns.ts';

/** Binds the seals of `toEndpointColumns` to one endpoint. */
export function columnsContextOf(
  {
    guard,
    ownOrigins,
    defaultMaxRetries,
    secretBox,
  }: Pick<RouteContext, 'guard' | 'ownOrigins' | 'defaultMaxRetries' | 'secretBox'>,
  endpointId: string,
): EndpointColumnsContext {
  return {
    guard,
    ownOrigins,
    defaultMaxRetries,
    sealHeader: (name, value) => sealHeaderValue(secretBox, endpointId, name, value),
    sealAuth: (auth) => sealEndpointAuth(secretBox, endpointId, auth),
    openAuth: (sealed) => openEndpointAuth(secretBox, endpointId, sealed),
  };
}
