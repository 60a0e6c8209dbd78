import type { Delivery } from '@hookline/contracts';
import { readTimeMs } from '../../time/clock.ts';

/** Why a delivery is not sent although nothing has failed. */
export const WAITS: Readonly<Record<NonNullable<Delivery['waitsFor']>, { short: string; long: string }>> = {
  ordering: {
    short: 'its turn',
    long: 'Earlier deliveries with the same ordering key come first.',
  },
  endpoint: { short: 'its endpoint', long: 'Its endpoint is switched off.' },
  queue: { short: 'the queue', long: 'All sending is paused.' },
  receiver: {
    short: 'the receiver',
    long: 'The receiver is unavailable, and one delivery at a time is sent to try it.',
  },
  limit: {
    short: 'a limit',
    long: 'A rate limit, a Retry-After or signs of overload at the receiver hold it back.',
  },
};

/** Where a delivery stands, in one or two sentences. */
export function describeDelivery(delivery: Delivery): string {
  const { status, attempts, waitsFor, discarded, parkedBy } = delivery;
  const why = reasonOf(delivery);
  switch (status) {
    case 'success':
      return attempts <= 1 ? 'Delivered at the first attempt.' : `Delivered at attempt ${attempts}.`;
    case 'failed':
      return `Hookline gave up after ${countOf(attempts)}.${why}`;
    case 'retrying':
      return `${attempts === 1 ? 'The first attempt' : `Attempt ${attempts}`} failed and another one follows.${why}`;
    case 'sending':
      return 'It is being sent.';
    case 'pending':
      if (parkedBy !== null)
        return `It is held back: the ordering key "${parkedBy.key}" is parked, because an earlier delivery gave up.`;
      return waitsFor === null ? 'It is sent as soon as there is a free slot.' : WAITS[waitsFor].long;
    case 'discarded':
      return discarded === null
        ? 'It was discarded.'
        : `Discarded by ${discarded.by}${discarded.reason === null ? '.' : `: ${sentence(discarded.reason)}`}`;
  }
}

const countOf = (attempts: number) => (attempts === 1 ? 'one attempt' : `${attempts} attempts`);

const reasonOf = ({ errorMessage, errorCode }: Delivery) => {
  const reason = errorMessage ?? errorCode;
  return reason === null ? '' : ` ${sentence(reason)}`;
};

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

/** Whether it will change by itself. */
export const isOpen = ({ status }: Pick<Delivery, 'status'>): boolean =>
  status === 'pending' || status === 'sending' || status === 'retrying';

/** Whether it will change in the next seconds: it is sent or due, and nothing holds it back. */
export const changesSoon = ({ status, waitsFor, nextAttemptAt }: Delivery): boolean =>
  status === 'sending' ||
  (waitsFor === null &&
    (status === 'pending' ||
      (status === 'retrying' && nextAttemptAt !== null && Date.parse(nextAttemptAt) <= readTimeMs())));
