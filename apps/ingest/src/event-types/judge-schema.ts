import { measureSchema } from './measure-schema.ts';
import type { SchemaProblem } from './schema-problem.ts';
import type { SchemaThreads } from './schema-threads.ts';

export type SchemaVerdict = { kind: 'usable' } | ({ kind: 'refused' } & SchemaProblem) | { kind: 'busy' };

const NO_DATA = Buffer.from('{}');

/** Whether a schema can be registered. It is tested in a thread with a time limit. */
export async function judgeSchema(
  threads: SchemaThreads,
  tenant: string,
  schema: Record<string, unknown>,
): Promise<SchemaVerdict> {
  const measure = measureSchema(schema);
  if ('problem' in measure) return { kind: 'refused', ...measure };
  const outcome = await threads.run(tenant, { schema: JSON.stringify(schema), data: NO_DATA });
  switch (outcome.kind) {
    case 'busy':
      return { kind: 'busy' };
    case 'too_slow':
      return { kind: 'refused', at: '', problem: 'Validating an empty object takes too long.' };
    case 'unusable':
      return { kind: 'refused', at: '', problem: `It is not usable: ${outcome.problem}` };
    default:
      return { kind: 'usable' };
  }
}
