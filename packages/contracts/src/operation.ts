import type { TSchema } from 'typebox';

export type ServiceName = 'ingest' | 'delivery' | 'scheduler' | 'gateway';

/**
 * One call of the HTTP API. Defined once and mounted twice: by its owner, which handles it, and by the gateway,
 * which authenticates, validates and forwards it. OpenAPI is made of the same objects.
 */
export interface Operation<
  Params extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Body extends TSchema = TSchema,
> {
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  owner: ServiceName;
  /** The least role that may call it. `operator` calls are refused to tenants with 403. */
  role: 'tenant' | 'operator';
  tag: string;
  summary: string;
  description?: string;
  params?: Params;
  query?: Query;
  body?: Body;
  /** Success status and the schema of its body. */
  success: { status: 200 | 201 | 202 | 204; schema?: TSchema };
  /** What people ask of this call and another one answers: such a query is refused with where to go. */
  elsewhere?: { params: readonly string[]; path: string; what: string };
  /** How long the gateway waits for its owner to begin to answer, where that may be longer than 10 s. */
  answersWithinMs?: number;
}

export function defineOperation<P extends TSchema, Q extends TSchema, B extends TSchema>(
  operation: Operation<P, Q, B>,
): Operation<P, Q, B> {
  return operation;
}
