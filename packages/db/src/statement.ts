import type { Database, SystemResult } from './database.ts';
import type { ColumnType, ColumnTypes, RowOf, RowSet, ValueOf } from './row-set.ts';

/** By name: rows, or the type of a single value. */
type Parameters = Readonly<Record<string, RowSet<ColumnTypes> | ColumnType>>;

type InputOf<Given extends Parameters> = {
  [Name in keyof Given]: Given[Name] extends ColumnType
    ? ValueOf<Given[Name]>
    : readonly RowOf<Given[Name]>[];
};

/** What the text of a statement says in the place of a parameter: for rows `unnest(…) as alias(…)`, else `$7::text`. */
type TextOf<Given extends Parameters> = {
  [Name in keyof Given]: Given[Name] extends ColumnType ? string : (alias: string) => string;
};

/** A statement whose parameters have names. */
export interface Statement<Given extends Parameters> {
  readonly text: string;
  values(input: InputOf<Given>): unknown[];
  /** By Database.system. */
  run<Row extends object>(database: Database, input: InputOf<Given>): Promise<SystemResult<Row>>;
}

/**
 * Builds the text of a statement, once, when its module is loaded: each connection prepares a text once and plans it
 * once. The numbers of the parameters are given out here.
 */
export function statement<const Given extends Parameters>(
  parameters: Given,
  write: (texts: TextOf<Given>) => string,
): Statement<Given> {
  const names = Object.keys(parameters);
  const texts: Record<string, string | ((alias: string) => string)> = {};
  let next = 1;
  for (const name of names) {
    const parameter = parameters[name] as RowSet<ColumnTypes> | ColumnType;
    const first = next;
    if (typeof parameter === 'string') {
      texts[name] = `$${first}::${parameter.replace('?', '')}`;
      next += 1;
    } else {
      texts[name] = (alias) => parameter.unnest(alias, first);
      next += Object.keys(parameter.types).length;
    }
  }
  const text = write(texts as TextOf<Given>);

  function values(input: InputOf<Given>): unknown[] {
    const all: unknown[] = [];
    for (const name of names) {
      const parameter = parameters[name] as RowSet<ColumnTypes> | ColumnType;
      const value = input[name as keyof Given];
      if (typeof parameter === 'string') all.push(value);
      else all.push(...parameter.values(value as never));
    }
    return all;
  }

  return {
    text,
    values,
    run: (database, input) => database.system(text, values(input)),
  };
}
