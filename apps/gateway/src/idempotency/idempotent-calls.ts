import { randomUUID } from 'node:crypto';
import { ApiError } from '@hookline/contracts';
import { type Database, DatabaseError, type SecretBox } from '@hookline/db';
import { Counter, type Logger, type Registry } from '@hookline/service';
import { claimIdempotencyKey, type IdempotencyClaim } from '../sql/claim-idempotency-key.ts';
import { findIdempotencyKey, type IdempotencyRow } from '../sql/find-idempotency-key.ts';
import type { IdempotencyCall } from '../sql/idempotency-call.ts';
import { releaseIdempotencyKey } from '../sql/release-idempotency-key.ts';
import { storeIdempotentAnswer } from '../sql/store-idempotent-answer.ts';
import { isKept, type KeptAnswer } from './kept-answer.ts';

/** A run of a call that holds the call's key until it is ended. */
export interface IdempotentRun {
  /** Keeps the answer for repeats, or forgets the key if the answer is not one to keep. Never throws. */
  end(answer: KeptAnswer): Promise<void>;
}

/** Writes with an Idempotency-Key: a key stands for one request and its answer, for 24 hours by the database's clock. */
export interface IdempotentCalls {
  /**
   * Begins a run of a call, or finds the answer of an earlier run.
   * @throws ApiError `idempotency_key_reused`, `idempotency_key_in_use`, `idempotent_answer_not_kept`
   */
  begin(call: IdempotencyCall, requestHash: Buffer): Promise<IdempotentRun | KeptAnswer>;
}

export const isRun = (begun: IdempotentRun | KeptAnswer): begun is IdempotentRun => 'end' in begun;

export interface IdempotentCallsOptions {
  database: Database;
  /** Seals kept bodies: some hold a secret that is shown once. */
  box: SecretBox;
  metrics: Registry;
  logger: Logger;
}

/** A key whose run has just been released is free. More than some changes in a row do not happen. */
const MAX_LOOKS = 5;
/** Most calls are answered in less. */
const IN_USE_RETRY_AFTER_SECONDS = 1;

export function createIdempotentCalls(options: IdempotentCallsOptions): IdempotentCalls {
  const { database, box, logger } = options;
  const counted = new Counter({
    name: 'hookline_gateway_idempotent_calls_total',
    help: 'Writes with an Idempotency-Key: first, replayed, reused (another request), in_use or not_kept (too large)',
    labelNames: ['result'],
    registers: [options.metrics],
  });

  function refuse(result: 'reused' | 'in_use' | 'not_kept', error: ApiError): ApiError {
    counted.inc({ result });
    return error;
  }

  function readAnswer(call: IdempotencyCall, row: IdempotencyRow): KeptAnswer {
    const { status, headers, sealedBody } = row;
    let body: string | undefined;
    try {
      body = sealedBody === null ? undefined : box.open(sealedBody, placeOf(call));
    } catch (error) {
      // The encryption key was replaced, and the old one is no longer configured.
      if (!(error instanceof DatabaseError)) throw error;
      logger.warn({ err: error }, 'the kept answer of a call cannot be opened');
    }
    if (body === undefined) throw refuse('not_kept', new ApiError('idempotent_answer_not_kept'));
    counted.inc({ result: 'replayed' });
    return { status: status as number, headers: headers ?? {}, body };
  }

  function createRun(claim: IdempotencyClaim): IdempotentRun {
    return {
      async end({ status, headers, body }) {
        try {
          if (!isKept(status)) await releaseIdempotencyKey(database, claim);
          else {
            const sealedBody = body === undefined ? undefined : box.seal(body, placeOf(claim));
            await storeIdempotentAnswer(database, claim, { status, headers, sealedBody });
          }
        } catch (error) {
          // The call is done, and its caller gets the answer. Repeats are refused until the lease of the run ends.
          logger.error(
            { err: error, operation: claim.operation },
            'the answer of a call with an Idempotency-Key could not be kept',
          );
        }
      },
    };
  }

  return {
    async begin(call, requestHash) {
      const claim: IdempotencyClaim = { ...call, requestHash, runId: randomUUID() };
      for (let look = 0; look < MAX_LOOKS; look++) {
        if (await claimIdempotencyKey(database, claim)) {
          counted.inc({ result: 'first' });
          return createRun(claim);
        }
        const row = await findIdempotencyKey(database, call);
        if (!row) continue;
        if (!row.requestHash.equals(requestHash))
          throw refuse('reused', new ApiError('idempotency_key_reused'));
        if (row.status !== null) return readAnswer(call, row);
        break;
      }
      throw refuse(
        'in_use',
        new ApiError('idempotency_key_in_use', { retryAfterSeconds: IN_USE_RETRY_AFTER_SECONDS }),
      );
    },
  };
}

const placeOf = ({ tenant, actor, operation, key }: IdempotencyCall) =>
  `idempotency_keys|sealed_body|${JSON.stringify([tenant ?? null, actor ?? null, operation, key])}`;
