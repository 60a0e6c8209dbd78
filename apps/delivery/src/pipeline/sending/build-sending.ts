import {
  type AddressGuard,
  type AddressGuardOptions,
  createAddressGuard,
  createGuardedFetch,
} from '@hookline/outbound';
import { createSandbox } from '@hookline/sandbox';
import type { Foundation } from '@hookline/service';
import { createTransformer, type Transformer } from '../transformations/create-transformer.ts';
import { type AuthorizedSender, createAuthorizedSender } from './authorized-sender.ts';
import { type BodyCompactor, createBodyCompactor } from './body-compactor.ts';
import { createClientCredentialsTokens } from './client-credentials.ts';
import { createSender } from './send-request.ts';

/** The parts that make a request of an event and send it. */
export interface Sending {
  guard: AddressGuard;
  sender: AuthorizedSender;
  transformer: Transformer;
  compactor: BodyCompactor;
}

export function buildSending(foundation: Foundation, outbound: AddressGuardOptions): Sending {
  if (outbound.allowPrivate) {
    foundation.logger.warn('endpoints on loopback and private addresses are allowed: for development only');
  }
  const guard = createAddressGuard(outbound);
  const sandbox = createSandbox();
  foundation.onClose(sandbox.close);
  const compactor = createBodyCompactor();
  foundation.onClose(compactor.close);
  const tokenFetch = createGuardedFetch({ guard });
  foundation.onClose(tokenFetch.close);
  const sender = createSender(guard);
  foundation.onClose(sender.close);
  return {
    guard,
    sender: createAuthorizedSender(sender, createClientCredentialsTokens({ fetch: tokenFetch.fetch })),
    transformer: createTransformer(sandbox),
    compactor,
  };
}
