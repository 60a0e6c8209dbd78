import type { IncomingHttpHeaders } from 'node:http';
import type { IdFactory } from '../events/create-id-factory.ts';
import { redactHeaders } from './redact-headers.ts';
import type { RejectionBudget } from './rejection-budget.ts';
import type { RejectionRecord } from './rejection-record.ts';
import type { RejectionRecorder } from './rejection-recorder.ts';

const KEPT_BODY_BYTES = 2_048;

export interface RejectedRequest extends Omit<RejectionRecord, 'id' | 'at' | 'headers' | 'bodyStart'> {
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Who sent it has shown a right: an API key. A source is always known. */
  isAuthenticated?: boolean;
}

export interface RejectionKeeper {
  /** Keeps what may be kept of a request, within its sender's share. Never waits, never throws. */
  keep(request: RejectedRequest): void;
}

export function createRejectionKeeper(options: {
  budget: RejectionBudget;
  recorder: RejectionRecorder;
  nextRejectionId: IdFactory;
}): RejectionKeeper {
  const { budget, recorder, nextRejectionId } = options;
  return {
    keep({ headers, body, isAuthenticated = false, ...record }) {
      const nowMs = Date.now();
      const key = record.sourceId ?? `${record.provider} ${record.tenant ?? ''}`;
      if (!budget.take(key, isAuthenticated || record.sourceId !== null, nowMs)) {
        recorder.skip();
        return;
      }
      recorder.record({
        ...record,
        id: nextRejectionId(nowMs),
        at: new Date(nowMs),
        headers: redactHeaders(headers),
        // A copy: a view would keep the whole body in memory.
        bodyStart: Buffer.from(body.subarray(0, KEPT_BODY_BYTES)),
      });
    },
  };
}
