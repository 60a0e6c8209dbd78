import type { OperationBody } from '@hookline/client';

/** Calls that change everything that a filter selects. Each of them can count first, and starts a job. */
interface BulkBodies {
  createReplay: OperationBody<'createReplay'>;
  replayDeadLetters: NonNullable<OperationBody<'replayDeadLetters'>>;
  bulkEvents: OperationBody<'bulkEvents'>;
  bulkDeliveries: OperationBody<'bulkDeliveries'>;
  bulkDeadLetters: OperationBody<'bulkDeadLetters'>;
}
export type BulkOperation = keyof BulkBodies;

/** One such change, before it is made. */
export type BulkChange = {
  [Name in BulkOperation]: {
    operation: Name;
    body: BulkBodies[Name];
    title: string;
    /** What happens to each of them. */
    description: string;
    /** `event`, `delivery`: what is counted. */
    noun: string;
    confirm: string;
    tone?: 'primary' | 'danger';
    /** A person may say why. It is kept with each of them. */
    asksReason?: boolean;
  };
}[BulkOperation];

/** How a job is looked at and steered. */
const REPLAY_CALLS = {
  get: 'getReplay',
  pause: 'pauseReplay',
  resume: 'resumeReplay',
  cancel: 'cancelReplay',
} as const;
const BULK_JOB_CALLS = {
  get: 'getBulkJob',
  pause: 'pauseBulkJob',
  resume: 'resumeBulkJob',
  cancel: 'cancelBulkJob',
} as const;
export type JobCalls = typeof REPLAY_CALLS | typeof BULK_JOB_CALLS;

/** The job that a change starts. */
export const JOB_CALLS: Readonly<Record<BulkOperation, JobCalls>> = {
  createReplay: REPLAY_CALLS,
  replayDeadLetters: REPLAY_CALLS,
  bulkEvents: BULK_JOB_CALLS,
  bulkDeliveries: BULK_JOB_CALLS,
  bulkDeadLetters: BULK_JOB_CALLS,
};

/** `1 event`, `3,412 events`, `100,000 deliveries or more`. */
export function countOf(total: number, isExact: boolean, noun: string): string {
  const plural = noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return `${total.toLocaleString('en')} ${total === 1 ? noun : plural}${isExact ? '' : ' or more'}`;
}
