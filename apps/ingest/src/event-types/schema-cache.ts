import { type CheckData, compileSchema } from './compile-schema.ts';
import { measureSchema } from './measure-schema.ts';

export interface KnownSchema {
  version: string;
  /** JSON. */
  text: string;
  /** Infinite for a schema that runs in a thread only. */
  comparisonsPerValue: number;
  /**
   * Compiled by the first call.
   * @throws Error if it cannot be compiled
   */
  check(): CheckData;
}

export interface SchemaCache {
  get(key: string): KnownSchema | undefined;
  set(key: string, version: string, schema: Record<string, unknown>): KnownSchema;
}

/** Size of the schemas' texts. Parsed and compiled they take about ten times as much memory. */
const MAX_BYTES = 16_777_216;

/** Parsed schemas; the least recently used are removed first. */
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
        // A schema that another version saved may be invalid now; a thread reports why.
        comparisonsPerValue: 'problem' in measure ? Number.POSITIVE_INFINITY : measure.comparisonsPerValue,
        check: () => {
          // Parsed from the text, as in a thread: its numbers are rounded like those of the data.
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
