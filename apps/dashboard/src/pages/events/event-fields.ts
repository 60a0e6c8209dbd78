import { EVENT_STATES, type EventState } from '../../ui/states.ts';
import type { FilterField } from '../../url/filters.ts';

const STATUSES: readonly EventState[] = ['pending', 'processing', 'processed', 'failed', 'dead_letter'];

/** The filters of events. Their names are those of the parameters of `listEvents`. */
export const EVENT_FIELDS: readonly FilterField[] = [
  {
    name: 'status',
    notName: 'notStatus',
    label: 'Status',
    choices: STATUSES.map((value) => ({ value, label: EVENT_STATES[value].word })),
  },
  { name: 'eventType', notName: 'notEventType', label: 'Type', example: 'github.*' },
  { name: 'event', label: 'Event', example: 'workflow_job' },
  { name: 'provider', notName: 'notProvider', label: 'Provider', example: 'stripe' },
  { name: 'repository', notName: 'notRepository', label: 'Repository', example: 'acme/api' },
  { name: 'action', label: 'Action', example: 'opened' },
  { name: 'subject', label: 'Subject', example: 'in_1Nb' },
  { name: 'source', label: 'Source', example: '/github/acme/api' },
  { name: 'providerDeliveryId', label: "Provider's delivery id" },
  {
    name: 'processed',
    label: 'Settled well',
    choices: [
      { value: 'true', label: 'yes' },
      { value: 'false', label: 'no' },
    ],
  },
];

/** Only operators see the events of several tenants. */
export const TENANT_FIELD: FilterField = { name: 'userId', label: 'Tenant', example: 'acme' };
