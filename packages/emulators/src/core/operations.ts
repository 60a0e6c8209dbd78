import type { FastifyInstance } from 'fastify';
import type { Static, TSchema } from 'typebox';

/** Something that a test or a person does to an emulator: one definition for TypeScript and for HTTP. */
export interface Operation<Input, Result> {
  (input: Input): Result;
  readonly schema: TSchema;
}

export type Operations = Readonly<Record<string, Operation<never, unknown>>>;

/** The result is what `POST /_control/<provider>/<name>` answers, as JSON. */
export function operation<Schema extends TSchema, Result>(
  schema: Schema,
  run: (input: Static<Schema>) => Result,
): Operation<Static<Schema>, Result> {
  return Object.assign((input: Static<Schema>) => run(input), { schema });
}

/** Mounts `POST <prefix>/<name>` for each operation. */
export function mountOperations(app: FastifyInstance, prefix: string, operations: Operations): void {
  for (const [name, run] of Object.entries(operations)) {
    app.post(`${prefix}/${name}`, { schema: { body: run.schema } }, async (request) => {
      // The schema of the route has checked the body.
      const result = await run((request.body ?? {}) as never);
      return result ?? {};
    });
  }
}
