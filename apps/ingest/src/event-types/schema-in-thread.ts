/**
 * The code of a thread of `schema-threads.ts`: it validates data against schemas, one after the other, until it is
 * ended.
 */
import { parentPort } from 'node:worker_threads';
import { type CheckData, compileSchema, type DataProblem } from './compile-schema.ts';

export interface SchemaTask {
  /** JSON. */
  schema: string;
  /** JSON, in UTF-8. */
  data: Uint8Array;
}

export type SchemaAnswer =
  | { kind: 'fits' }
  | { kind: 'misfits'; problems: DataProblem[] }
  /** JSON pointer into the schema. */
  | { kind: 'unusable'; problem: string };

/** Compiled schemas to keep; each has up to 64 KB of text. */
const MAX_COMPILED = 200;

if (!parentPort) throw new Error('this file must run in a thread');
const port = parentPort;
/** Compiled schemas by their text; the least recently used is removed first. */
const compiled = new Map<string, CheckData>();

function checkOf(schema: string): CheckData {
  const check = compiled.get(schema) ?? compileSchema(JSON.parse(schema) as Record<string, unknown>);
  compiled.delete(schema);
  compiled.set(schema, check);
  const [oldest] = compiled.keys();
  if (compiled.size > MAX_COMPILED && oldest !== undefined) compiled.delete(oldest);
  return check;
}

function answer({ schema, data }: SchemaTask): SchemaAnswer {
  let check: CheckData;
  try {
    check = checkOf(schema);
  } catch (error) {
    const [reason] = (error as Error).message.split('\n', 1);
    return { kind: 'unusable', problem: reason ?? '' };
  }
  const problems = check(
    JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8')),
  );
  return problems === undefined ? { kind: 'fits' } : { kind: 'misfits', problems };
}

port.on('message', (task: SchemaTask) => port.postMessage(answer(task)));
port.postMessage('ready');
