import { type CheckData, compileSchema } from './compile-schema.ts';
import { measureSchema } from './measure-schema.ts';

export interface KnownSchema {
  version: string;
  /** JSON. */
  text: string;
  /** Infinite for one that runs in a thread only. */
  comparisonsPerValue: number;
  /**
   * Compiled by the first call.
   * @throws Error if it cannot be
   */
  check(): CheckData;
}

export interface SchemaCache {
  get(key: string): KnownSchema | undefined;
  set(key: string, version: string, schema: Record<string, unknown>): KnownSchema;
}

/** Of their text. Parsed and compiled they take some ten times as much. */
const MAX_BYTES = 16_777_216;

/** Schemas as they were read; those that were used longest ago go first. */
export function createSchemaCache(): SchemaCache {
  const schemas = new Map<string, KnownSchema>();
  let bytes = 0;

  function remove(key: string): void {
    bytes -= schemas.get(key)?.text.length ?? 0;
    schemas.delete(key);
  }

  return {
    get(key) {
      const known = schemas.get(key);
      if (known === undefined) return undefined;
      schemas.delete(key);
      schemas.set(key, known);
      return known;
    },
    set(key, version, schema) {
      const measure = measureSchema(schema);
      const text = JSON.stringify(schema);
      let compiled: CheckData | undefined;
      const known: KnownSchema = {
        version,
        text,
        // One that another version saved may be refused by now: a thread says what is wrong with it.
        comparisonsPerValue: 'problem' in measure ? Number.POSITIVE_INFINITY : measure.comparisonsPerValue,
        check: () => {
          // From the text, as in a thread: its numbers are rounded like those of the data.
          compiled ??= compileSchema(JSON.parse(text));
          return compiled;
        },
      };
      remove(key);
      schemas.set(key, known);
      bytes += known.text.length;
      for (const oldest of schemas.keys()) {
        if (bytes <= MAX_BYTES) break;
        remove(oldest);
      }
      return known;
    },
  };
}
