import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import type { Field } from './describe-schema.ts';

/** In place of null, which commander takes for a missing value. */
export const NULL = Symbol('null');

/** Reads the text of an option as the value of a field. `before`: the value of the same option further left. */
export function readValue({ kind: field, isNullable }: Field, text: string, before?: unknown): unknown {
  if (isNullable && text === 'null') return NULL;
  switch (field.kind) {
    case 'text':
      return text;
    case 'texts':
      return [...(Array.isArray(before) ? before : []), text];
    case 'number': {
      const value = text.trim() === '' ? Number.NaN : Number(text);
      if (Number.isNaN(value) || (field.isInteger && !Number.isSafeInteger(value)))
        throw new InvalidArgumentError(
          field.isInteger ? 'It must be a whole number.' : 'It must be a number.',
        );
      return value;
    }
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true';
      throw new InvalidArgumentError('It must be true or false.');
    case 'choice':
      if (field.choices.includes(text)) return text;
      throw new InvalidArgumentError(`It must be one of ${field.choices.join(', ')}.`);
    case 'json':
      return readJson(text);
  }
}

/** JSON as it stands, or that of a file: `@body.json`. */
export function readJson(text: string): unknown {
  let content = text;
  if (text.startsWith('@')) {
    try {
      content = readFileSync(text.slice(1), 'utf8');
    } catch (error) {
      throw new InvalidArgumentError(`${text.slice(1)} cannot be read: ${(error as Error).message}`);
    }
  }
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new InvalidArgumentError(`It must be JSON: ${(error as Error).message}`);
  }
}
