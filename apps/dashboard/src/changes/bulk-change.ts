import type { OperationBody } from '@hookline/client';

/** Calls that change everything that a filter selects. Each of them can count first, and starts a job. */
interface BulkBodies {
  createReplay: OperationBody<'createReplay'>;
  replayDeadLetters: NonNullable<OperationBody<'replayDeadLetters'>>;
  bulkEvents: OperationBody<'bulkEvents'>;
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
  };
}[BulkOperation];

/** How the job of a change is looked at and steered. */
export const JOB_CALLS = {
  createReplay: { get: 'getReplay', pause: 'pauseReplay', resume: 'resumeReplay', cancel: 'cancelReplay' },
  replayDeadLetters: {
    get: 'getReplay',
    pause: 'pauseReplay',
    resume: 'resumeReplay',
    cancel: 'cancelReplay',
  },
  bulkEvents: { get: 'getBulkJob', pause: 'pauseBulkJob', resume: 'resumeBulkJob', cancel: 'cancelBulkJob' },
} as const satisfies Record<BulkOperation, Record<string, string>>;

/** `1 event`, `3,412 events`, `100,000 deliveries or more`. */
export function countOf(total: number, isExact: boolean, noun: string): string {
  const plural = noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return `${total.toLocaleString('en')} ${total === 1 ? noun : plural}${isExact ? '' : ' or more'}`;
}
