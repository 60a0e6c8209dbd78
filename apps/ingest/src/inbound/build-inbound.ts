import type { VerificationInput } from '@hookline/providers';
import { checkProblem, createSampledLog, createThrottledLog, type Foundation } from '@hookline/service';
import type { IngestOptions } from '../options.ts';
import type { Sources } from '../sources/build-sources.ts';
import { createInFlightBytes, type InFlightBytes } from './in-flight-bytes.ts';
import { createInboundHandler, type InboundContext, type InboundHandler } from './inbound-handler.ts';
import { createLargeBodyReceiver } from './large-bodies/large-body-receiver.ts';
import { createMissingSecrets } from './missing-secrets.ts';
import { createRequestLimits, type RequestLimits } from './request-limits.ts';
import { createRequestVerifier } from './verify-request.ts';

export interface Inbound {
  handler: InboundHandler;
  /** Bytes of the bodies that are being read or stored. */
  inFlight: InFlightBytes;
  limits: RequestLimits;
}

type Intake = Pick<
  InboundContext,
  | 'acceptor'
  | 'eventTypes'
  | 'publishDeadlineMs'
  | 'receiptClock'
  | 'nextEventId'
  | 'hopCounts'
  | 'rejections'
  | 'metrics'
  | 'sealRequestSecret'
>;

export interface InboundParts extends Intake {
  sources: Sources;
  /** Gets the keys that providers publish to verify with. */
  fetchPublished: VerificationInput['fetchPublished'];
}

/** The way of a provider's request: limits, verification, conversion to events. */
export function buildInbound(
  foundation: Foundation,
  options: IngestOptions,
  { sources, fetchPublished, ...intake }: InboundParts,
): Inbound {
  const { health, logger } = foundation;
  const { directory, subscriptions, receipts } = sources;
  const largeBodies = createLargeBodyReceiver();
  foundation.onClose(largeBodies.close);
  const missingSecrets = createMissingSecrets(directory, logger);
  health.addInformation('secrets', checkProblem(missingSecrets));
  const limits = createRequestLimits(options.limits);
  const handler = createInboundHandler({
    ...intake,
    publicUrl: options.publicUrl,
    maxBodyBytes: options.maxBodyBytes,
    verifier: createRequestVerifier(
      directory,
      options.environmentSecrets,
      (provider, input) => largeBodies.receive(provider, { ...input, fetchPublished }),
      options.repeatWindowMs,
    ),
    directory,
    limits,
    missingSecrets,
    subscriptions,
    receipts,
    log: createThrottledLog(logger),
    receivedLog: createSampledLog(logger, 'webhook.received'),
    refusedLog: createSampledLog(logger, 'webhook.refused'),
  });
  return { handler, inFlight: createInFlightBytes(options.maxInFlightBytes, options.maxBodyBytes), limits };
}
