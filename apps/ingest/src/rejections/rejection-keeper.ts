import type { IncomingHttpHeaders } from 'node:http';
import type { IdFactory } from '@hookline/service';
import { explainCode } from './explanation.ts';
import { redactBody } from './redact-body.ts';
import { redactHeaders } from './redact-headers.ts';
import type { RejectionBudget } from './rejection-budget.ts';
import type { RefusedRequest, RejectionExplainer } from './rejection-explainer.ts';
import type { RejectionRecord } from './rejection-record.ts';
import type { RejectionRecorder } from './rejection-recorder.ts';

const KEPT_BODY_BYTES = 2_048;

export interface RejectedRequest
  extends Omit<RejectionRecord, 'id' | 'at' | 'headers' | 'bodyStart' | 'cause' | 'hint' | 'wouldMatch'> {
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The sender has proved a right with an API key. A source is always known. */
  isAuthenticated?: boolean;
  /** A source's rejection to explain. Without it the code is the explanation. */
  refused?: RefusedRequest | undefined;
}

export interface RejectionKeeper {
  /** Records a rejection within its sender's budget. Never waits, never throws. */
  keep(request: RejectedRequest): void;
  /** Resolves when every rejection that is being explained has been passed to the recorder. */
  close(): Promise<void>;
}

/** Codes of requests that were answered as accepted, and whose events are not wanted. */
const HARMLESS: ReadonlySet<string> = new Set(['filtered', 'withheld']);

export function createRejectionKeeper(options: {
  budget: RejectionBudget;
  explainer: RejectionExplainer;
  recorder: RejectionRecorder;
  nextRejectionId: IdFactory;
}): RejectionKeeper {
  const { budget, explainer, recorder, nextRejectionId } = options;
  const open = new Set<Promise<void>>();

  async function recordExplained(
    record: Omit<RejectionRecord, 'cause' | 'hint' | 'wouldMatch'>,
    refused: RefusedRequest | undefined,
  ): Promise<void> {
    const explanation = refused ? await explainer.explain(refused) : explainCode(record.code);
    const { cause = null, hint = null, wouldMatch = null } = explanation ?? {};
    recorder.record({ ...record, cause, hint, wouldMatch });
  }

  return {
    keep({ headers, body, isAuthenticated = false, refused, ...record }) {
      const address = record.sourceId ?? `${record.provider} ${record.tenant ?? ''}`;
      // They may be most of a source's traffic: they have a budget of their own, so that they do not hide failures.
      const key = HARMLESS.has(record.code) ? `${address} ${record.code}` : address;
      if (!budget.take(key, isAuthenticated || record.sourceId !== null, performance.now())) {
        recorder.skip();
        return;
      }
      const nowMs = Date.now();
      const kept = {
        ...record,
        id: nextRejectionId(nowMs),
        at: new Date(nowMs),
        headers: redactHeaders(headers),
        // A copy: a view would keep the whole body in memory.
        bodyStart: redactBody(body.subarray(0, KEPT_BODY_BYTES)),
      };
      const recorded = recordExplained(kept, refused).finally(() => open.delete(recorded));
      open.add(recorded);
    },
    async close() {
      await Promise.all(open);
    },
  };
}
