import { useMemo } from 'react';
import { type KnownEndpoints, useEndpoints } from '../../api/use-endpoints.ts';
import { useIsOperator } from '../../session/access.ts';
import { DELIVERY_STATES, type DeliveryState } from '../../ui/states.ts';
import type { FilterField } from '../../url/filters.ts';

const STATUSES: readonly DeliveryState[] = [
  'pending',
  'sending',
  'retrying',
  'success',
  'failed',
  'discarded',
];

const status: FilterField = {
  name: 'status',
  label: 'Status',
  choices: STATUSES.map((value) => ({ value, label: DELIVERY_STATES[value].word })),
};
const eventType: FilterField = { name: 'eventType', label: 'Type', example: 'github.*' };
const errorCode: FilterField = { name: 'errorCode', label: 'Error code', example: 'connect_timeout' };
const eventId: FilterField = { name: 'eventId', label: 'Event', example: 'evt_…' };
/** Only operators see the deliveries of several tenants. */
const tenant: FilterField = { name: 'userId', label: 'Tenant', example: 'acme' };
const discarded: FilterField = {
  name: 'discarded',
  label: 'Discarded',
  choices: [{ value: 'true', label: 'yes' }],
};

/** If there are too many endpoints to choose from, the id can be typed. */
const endpointOf = ({ all, isComplete }: KnownEndpoints): FilterField => ({
  name: 'webhookId',
  label: 'Endpoint',
  example: 'wh_…',
  ...(isComplete && {
    suggestions: all.map(({ id, name, url }) => ({ value: id, label: name, detail: url })),
  }),
});

/** The filters of deliveries. Their names are those of the parameters of `listDeliveries`. */
export function useDeliveryFields(): readonly FilterField[] {
  const endpoints = useEndpoints();
  const isOperator = useIsOperator();
  return useMemo(
    () => [status, endpointOf(endpoints), eventType, errorCode, eventId, ...(isOperator ? [tenant] : [])],
    [endpoints, isOperator],
  );
}

/** The filters of dead letters. Their names are those of the parameters of `listDeadLetters`. */
export function useDeadLetterFields(): readonly FilterField[] {
  const endpoints = useEndpoints();
  const isOperator = useIsOperator();
  return useMemo(
    () => [endpointOf(endpoints), errorCode, eventType, discarded, ...(isOperator ? [tenant] : [])],
    [endpoints, isOperator],
  );
}
