import { FilterError, NotEvaluableError } from './errors.ts';
import type { Evaluation } from './evaluation.ts';
import { isObject, memberOf } from './json.ts';

/** The current position in a searched array; the first `[$index]` of a path belongs to the outermost array. */
const CURRENT = Symbol('$index');

/** A parsed path from the top of the document. */
export interface Reference {
  steps: readonly (string | number | typeof CURRENT)[];
}

const MAX_LENGTH = 500;
const STEP =
  /(?:^|\.)([A-Za-z_$][\w$-]*)|\[(\d{1,9})\]|\[(\$index)\]|\["((?:[^"\\]|\\.)*)"\]|\['([^'\\]*)'\]/y;

/**
 * `a.b`, `a["b c"]`, `a[0].b`, `a[$index].b`; a leading `$.` is allowed.
 * @throws FilterError
 */
export function parseReference(text: unknown, path: string): Reference {
  if (typeof text !== 'string' || text === '' || text.length > MAX_LENGTH)
    throw new FilterError(path, 'a $ref is the path of another field, such as "data.created_at"');
  const rest = text.startsWith('$.') || text.startsWith('$[') ? text.slice(text[1] === '.' ? 2 : 1) : text;
  const steps: (string | number | typeof CURRENT)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < rest.length) {
    const at = STEP.lastIndex;
    const match = STEP.exec(rest);
    if (!match) {
      throw new FilterError(path, `"${text}" is not a path: "${rest.slice(at)}" was not understood`);
    }
    const [, name, index, current, quoted, single] = match;
    if (name !== undefined) steps.push(name);
    else if (index !== undefined) steps.push(Number(index));
    else if (current !== undefined) steps.push(CURRENT);
    else steps.push(single ?? unquote(quoted as string, path));
  }
  return { steps };
}

function unquote(text: string, path: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    throw new FilterError(path, `"${text}" is not a field name`);
  }
}

/**
 * The value that a reference points to; null if there is none.
 * @throws NotEvaluableError if the path has `[$index]` and no array is being searched
 */
export function resolveReference(reference: Reference, { document, indexes }: Evaluation): unknown {
  let value: unknown = document;
  let depth = 0;
  for (const step of reference.steps) {
    if (step === CURRENT) {
      const index = indexes[depth++];
      if (index === undefined) throw new NotEvaluableError('[$index] is used outside an array');
      value = Array.isArray(value) ? value[index] : undefined;
    } else if (typeof step === 'number') {
      value = Array.isArray(value) ? value[step] : undefined;
    } else {
      value = isObject(value) ? memberOf(value, step) : undefined;
    }
    if (value === undefined) return null;
  }
  return value;
}
