import type { Operation } from '../operation.ts';
import { alertOperations } from './alerts.ts';
import { attemptOperations } from './attempts.ts';
import { auditOperations } from './audit.ts';
import { bulkJobOperations } from './bulk-jobs.ts';
import { connectionOperations } from './connections.ts';
import { deadLetterOperations } from './dead-letters.ts';
import { deliveryOperations } from './deliveries.ts';
import { endpointKeyOperations } from './endpoint-keys.ts';
import { endpointVerificationOperations } from './endpoint-verification.ts';
import { endpointOperations } from './endpoints.ts';
import { eventTypeOperations } from './event-types.ts';
import { eventOperations } from './events.ts';
import { feedOperations } from './feed.ts';
import { graphqlOperations } from './graphql.ts';
import { apiKeyOperations } from './keys.ts';
import { localResultOperations } from './local-results.ts';
import { lookupOperations } from './lookup.ts';
import { oauthAppOperations } from './oauth-apps.ts';
import { parkedKeyOperations } from './parked-keys.ts';
import { platformWebhookOperations } from './platform-webhooks.ts';
import { portalOperations } from './portal.ts';
import { providerOperations } from './providers.ts';
import { rejectionOperations } from './rejections.ts';
import { replayOperations } from './replays.ts';
import { scheduleOperations } from './schedules.ts';
import { sessionOperations } from './session.ts';
import { shapingOperations } from './shaping.ts';
import { sourceOperations } from './sources.ts';
import { statisticsOperations } from './statistics.ts';
import { unreadableMessageOperations } from './unreadable-messages.ts';
import { viewOperations } from './views.ts';

export * from './alerts.ts';
export * from './attempts.ts';
export * from './audit.ts';
export * from './bulk-jobs.ts';
export * from './connections.ts';
export * from './dead-letters.ts';
export * from './deliveries.ts';
export * from './endpoint-keys.ts';
export * from './endpoint-options.ts';
export * from './endpoint-verification.ts';
export * from './endpoints.ts';
export * from './event-types.ts';
export * from './events.ts';
export * from './feed.ts';
export * from './graphql.ts';
export * from './keys.ts';
export * from './labels.ts';
export * from './local-results.ts';
export * from './lookup.ts';
export * from './oauth-apps.ts';
export * from './parked-keys.ts';
export * from './platform-webhooks.ts';
export * from './portal.ts';
export * from './providers.ts';
export * from './rejections.ts';
export * from './replays.ts';
export * from './schedules.ts';
export * from './session.ts';
export type { Changes } from './settings.ts';
export * from './shaping.ts';
export * from './sources.ts';
export * from './statistics.ts';
export * from './unreadable-messages.ts';
export * from './views.ts';
export * from './warning.ts';

/** Every operation of the API by its name, in the order of the documentation. */
export const operations = {
  ...eventOperations,
  ...localResultOperations,
  ...eventTypeOperations,
  ...deliveryOperations,
  ...attemptOperations,
  ...deadLetterOperations,
  ...replayOperations,
  ...bulkJobOperations,
  ...statisticsOperations,
  ...endpointOperations,
  ...parkedKeyOperations,
  ...endpointKeyOperations,
  ...endpointVerificationOperations,
  ...shapingOperations,
  ...providerOperations,
  ...sourceOperations,
  ...platformWebhookOperations,
  ...rejectionOperations,
  ...connectionOperations,
  ...oauthAppOperations,
  ...scheduleOperations,
  ...alertOperations,
  ...lookupOperations,
  ...feedOperations,
  ...apiKeyOperations,
  ...sessionOperations,
  ...portalOperations,
  ...viewOperations,
  ...auditOperations,
  ...unreadableMessageOperations,
  ...graphqlOperations,
};

export const API_OPERATIONS: readonly Operation[] = Object.values(operations);
