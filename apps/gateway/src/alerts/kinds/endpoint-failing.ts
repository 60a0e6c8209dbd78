import { alertFactOperations, type FailingEndpoint } from '@hookline/contracts';
import { defineKind } from './alert-kind.ts';
import { count, minute, nameOf } from './texts.ts';

const DEFAULT_MINUTES = 10;
/** One failure says nothing about the time after it. */
const LEAST_FAILURES = 2;

export const endpointFailing = defineKind<'endpoint_failing', FailingEndpoint>({
  type: 'endpoint_failing',
  owner: 'delivery',
  operation: alertFactOperations.listFailingEndpoints,
  presence: alertFactOperations.listEndpointPresence,
  complete: (condition) =>
    condition.minutes === undefined && condition.attempts === undefined
      ? { ...condition, minutes: DEFAULT_MINUTES }
      : condition,
  subjectOf: ({ id, name, userId }) => ({ type: 'endpoint', id, name, userId }),
  covers: ({ endpointIds, tags = [] }, endpoint) =>
    (endpointIds === undefined || endpointIds.includes(endpoint.id)) &&
    (tags.length === 0 || tags.some((tag) => endpoint.tags.includes(tag))),
  measure({ minutes, attempts }, { failures, failingSince, failingSeconds }) {
    const forLong = minutes !== undefined && failures >= LEAST_FAILURES && failingSeconds >= minutes * 60;
    const oftenEnough = attempts !== undefined && failures >= attempts;
    return forLong || oftenEnough ? { failures, failingSince } : undefined;
  },
  describe: (subject, { failures = 0, failingSince }) => ({
    firing: `${nameOf('endpoint', subject)} has failed ${count(failures, 'time', 'times')} in a row${failingSince === undefined ? '' : ` since ${minute(failingSince)}`}`,
    recovered: `${nameOf('endpoint', subject)} is no longer failing`,
    nextStep:
      'Look at the answers of its last attempts, and mend the receiver. Deliveries are tried again by themselves; those that gave up can be replayed',
  }),
});
