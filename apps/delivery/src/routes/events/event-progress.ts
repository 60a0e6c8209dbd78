import type { ReceivedEvent } from '@hookline/contracts';
import type { DeliveryRow } from '../../sql/delivery-row.ts';
import { type EventProgress, NO_PROGRESS } from '../../sql/read-progress.ts';

/** The same as readProgress, for one event whose deliveries are already read. */
export function progressOf(deliveries: readonly DeliveryRow[]): EventProgress {
  let progress = NO_PROGRESS;
  let lastAt = 0;
  for (const { attempts, errorMessage, errorCode, lastAttemptAt, completedAt } of deliveries) {
    const { retryCount, lastError, settledAt } = progress;
    const error = errorMessage ?? errorCode;
    const at = lastAttemptAt?.getTime() ?? 0;
    const isLater = error !== null && at >= lastAt;
    if (isLater) lastAt = at;
    progress = {
      retryCount: retryCount + Math.max(0, attempts - 1),
      lastError: isLater ? error : lastError,
      settledAt: completedAt && (!settledAt || completedAt > settledAt) ? completedAt : settledAt,
    };
  }
  return progress;
}

/** Presents the progress as fields of the event. */
export function presentProgress(
  { retryCount, lastError, settledAt }: EventProgress,
  { status, receivedAt }: Pick<ReceivedEvent, 'status' | 'receivedAt'>,
): Pick<ReceivedEvent, 'retryCount' | 'lastError' | 'processedAt'> {
  const processedAt = status === 'processed' ? (settledAt?.toISOString() ?? receivedAt) : null;
  return { retryCount, lastError, processedAt };
}
