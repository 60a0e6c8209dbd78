import type { Endpoint, EndpointAuth, RETRY_SCHEDULE_PRESETS } from '@hookline/contracts';

/** The fields of a request that creates or changes an endpoint. */
export type EndpointFields = Partial<
  Pick<
    Endpoint,
    | 'name'
    | 'url'
    | 'events'
    | 'description'
    | 'headers'
    | 'maxRetries'
    | 'retryDelay'
    | 'timeoutSeconds'
    | 'active'
    | 'method'
    | 'filter'
    | 'transformation'
    | 'batching'
    | 'ordering'
    | 'rateLimit'
    | 'signing'
    | 'format'
    | 'hooklineHeaders'
    | 'body'
    | 'deadlineSeconds'
    | 'retryOn'
    | 'dontRetryOn'
    | 'whenOff'
    | 'uid'
    | 'metadata'
    | 'tags'
  > & {
    retrySchedule: readonly number[] | keyof typeof RETRY_SCHEDULE_PRESETS | null;
    auth: EndpointAuth | null;
  }
>;
