import type { followFeed } from './api/feed.ts';
import type { operations } from './api/index.ts';
import { PORTAL_CAPABILITIES, type PortalCapability } from './api/portal.ts';

type OperationId = keyof typeof operations | (typeof followFeed)['id'];

/**
 * The operations that each capability allows. A portal session may call these and no others: what is missing here is
 * refused. No operation on sources, connections, schedules, keys or sessions may be in this list, and none that shows a
 * request as a provider sent it, with its secrets.
 */
const OPERATIONS: Readonly<Record<PortalCapability, readonly OperationId[]>> = {
  'endpoints:view': [
    'listEndpoints',
    'getEndpoint',
    'getEndpointStats',
    'getPublicKeys',
    'listParkedKeys',
    'listTemplates',
  ],
  'endpoints:manage': [
    'createEndpoint',
    'updateEndpoint',
    'patchEndpoint',
    'deleteEndpoint',
    'resumeEndpoint',
    'testEndpoint',
    'verifyEndpoint',
    'releaseParkedKeys',
  ],
  'endpoints:secret': ['regenerateSecret'],
  'event-types:view': ['listEventTypes', 'listEventTypeNames'],
  'events:view': ['listEvents', 'getEvent', 'getJourney', 'createFeedTicket', 'followFeed'],
  'deliveries:view': [
    'listDeliveries',
    'getDelivery',
    'listEndpointDeliveries',
    'listAttempts',
    'listDeadLetters',
    'getDeadLetter',
    'listReplays',
    'getReplay',
    'getStatistics',
    'getActivity',
    'explainEndpoint',
  ],
  'deliveries:replay': [
    'retryDelivery',
    'cancelDelivery',
    'discardDeadLetter',
    'replayDeadLetter',
    'replayDeadLetters',
    'replayMissed',
    'retryEvent',
    'createReplay',
    'pauseReplay',
    'resumeReplay',
    'cancelReplay',
  ],
  'transformations:manage': ['transformEvent'],
};

/** Capabilities that show payloads, and so need the one to view events besides. */
const SHOW_PAYLOADS: readonly PortalCapability[] = ['deliveries:view'];

/** The capabilities of a list that need `events:view`, where the list does not have it. */
export const capabilitiesWithoutEvents = (capabilities: readonly PortalCapability[]): PortalCapability[] =>
  capabilities.includes('events:view') ? [] : SHOW_PAYLOADS.filter((each) => capabilities.includes(each));

/** The operation that every portal session may call. */
const ALWAYS: OperationId = 'renewPortalToken';

const byOperation = new Map<string, PortalCapability>(
  PORTAL_CAPABILITIES.flatMap((capability) => OPERATIONS[capability].map((id) => [id, capability] as const)),
);

/** Fields of bodies that need a capability besides that of the operation. */
const FIELDS: Readonly<Record<string, PortalCapability>> = {
  secret: 'endpoints:secret',
  transformation: 'transformations:manage',
  // Only a transformation that is tried with a stored event has it, and its answer shows the payload.
  eventId: 'events:view',
};

/** The capability that a portal session needs to call an operation; undefined: none allows it. */
export const capabilityOf = (operationId: string): PortalCapability | undefined =>
  byOperation.get(operationId);

/** Whether a portal session with these capabilities may call an operation. */
export function allowsInPortal(capabilities: readonly PortalCapability[], operationId: string): boolean {
  if (operationId === ALWAYS) return true;
  const needed = capabilityOf(operationId);
  return needed !== undefined && capabilities.includes(needed);
}

/** The fields of a body that a portal session with these capabilities may not send. */
export function fieldsRefusedInPortal(capabilities: readonly PortalCapability[], body: unknown): string[] {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(FIELDS).flatMap(([name, needed]) =>
    Object.hasOwn(body, name) && !capabilities.includes(needed) ? [name] : [],
  );
}
