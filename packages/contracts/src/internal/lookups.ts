import Type from 'typebox';
import { one, UserId } from '../api/common.ts';
import { Findings, LookupText } from '../api/lookup.ts';
import { defineOperations, type ServiceName } from '../operation.ts';

export const LOOKUP_PATH = '/internal/lookup';

const lookUpIn = <Owner extends ServiceName>(owner: Owner) =>
  ({
    owner,
    role: 'tenant',
    scope: null,
    tag: 'Internal',
    method: 'GET',
    path: LOOKUP_PATH,
    summary: 'Find the things of this service that a text names',
    query: Type.Object({ q: LookupText, userId: Type.Optional(UserId) }),
    success: { status: 200, schema: one(Findings) },
  }) as const;

/** What the gateway asks of each service. Not part of the public API. */
export const serviceLookupOperations = defineOperations({
  lookUpInIngest: lookUpIn('ingest'),
  lookUpInDelivery: lookUpIn('delivery'),
  lookUpInScheduler: lookUpIn('scheduler'),
});
