import { ID_PREFIX, isId, parseAttemptId, parseDeliveryId, type ServiceName } from '@hookline/contracts';

/** The service that has a thing of each kind, by the prefix of its id. */
const OWNER_OF_PREFIX: readonly (readonly [prefix: string, owner: ServiceName])[] = [
  [ID_PREFIX.event, 'delivery'],
  [ID_PREFIX.endpoint, 'delivery'],
  [ID_PREFIX.replay, 'delivery'],
  [ID_PREFIX.bulkJob, 'delivery'],
  [ID_PREFIX.source, 'ingest'],
  [ID_PREFIX.rejection, 'ingest'],
  [ID_PREFIX.connection, 'scheduler'],
  [ID_PREFIX.oauthApp, 'scheduler'],
  [ID_PREFIX.schedule, 'scheduler'],
  [ID_PREFIX.platformWebhook, 'scheduler'],
  [ID_PREFIX.apiKey, 'gateway'],
];

/** @returns undefined for a text that is no id of ours */
export function ownerOfId(text: string): ServiceName | undefined {
  if (parseDeliveryId(text) || parseAttemptId(text)) return 'delivery';
  return OWNER_OF_PREFIX.find(([prefix]) => isId(prefix, text))?.[1];
}
