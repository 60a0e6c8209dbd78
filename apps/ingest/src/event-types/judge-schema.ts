import { measureSchema } from './measure-schema.ts';
import type { SchemaProblem } from './schema-problem.ts';
import type { SchemaThreads } from './schema-threads.ts';

export type SchemaVerdict = { kind: 'usable' } | ({ kind: 'refused' } & SchemaProblem) | { kind: 'busy' };

const NO_DATA = Buffer.from('{}');

/** Whether a schema that somebody wants to register can be used. It is tried in a thread, with a time limit. */
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
      return { kind: 'refused', at: '', problem: 'It takes too long for an empty object already.' };
    case 'unusable':
      return { kind: 'refused', at: '', problem: `It cannot be used: ${outcome.problem}` };
    default:
      return { kind: 'usable' };
  }
}
