/** What a thread of `schema-threads.ts` runs: one schema after the other, held against data, until it is ended. */
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
  /** Of the schema itself. */
  | { kind: 'unusable'; problem: string };

/** 64 KB of text each at most. */
const MAX_COMPILED = 200;

if (!parentPort) throw new Error('this file is run by a thread');
const port = parentPort;
/** By the schema's text; the one that was used longest ago first. */
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
