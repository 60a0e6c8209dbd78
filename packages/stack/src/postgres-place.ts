import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { StackError } from './errors.ts';
import { type Log, say } from './log.ts';
import { binariesUnder, findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts';

const run = promisify(execFile);

/** Postgres refuses to run as root; this user (`nobody`) owns nothing and exists without an entry in /etc/passwd. */
const UNPRIVILEGED_ID = 65_534;

/** The binaries, directory and user of a Postgres server. */
export interface PostgresPlace {
  binaries: PostgresBinaries;
  /** Owned by the user that Postgres runs as; holds `data`. */
  dir: string;
  /** Absent when Postgres runs as the current user. */
  user?: { uid: number; gid: number };
}

/**
 * Finds binaries and a directory that Postgres can use. For an ordinary user these are the packaged binaries and `dir`.
 * For root, the unprivileged user must be able to reach both. If it can't (a checkout under /root, for example), they are
 * under `/var/tmp/hookline-<hash of dir>`, which belongs to root and which only that user's group may enter.
 */
export async function preparePostgresPlace(options: { dir: string; log: Log }): Promise<PostgresPlace> {
  const binaries = await findPostgresBinaries();
  if (process.getuid?.() !== 0) {
    mkdirSync(options.dir, { recursive: true, mode: 0o700 });
    return { binaries, dir: options.dir };
  }
  const user = { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID };
  return {
    binaries: await reachableBinaries(binaries, options, user),
    dir: await reachableDir(options, user),
    user,
  };
}

type User = NonNullable<PostgresPlace['user']>;

async function reachableBinaries(
  binaries: PostgresBinaries,
  { dir, log }: { dir: string; log: Log },
  user: User,
): Promise<PostgresBinaries> {
  if (await runsAs(user, binaries.postgres, '--version')) return binaries;
  // The path in pnpm's store contains the version, so each version has its own copy.
  const copy = join(
    fallbackDir(dir),
    `binaries-${createHash('sha256').update(binaries.root).digest('hex').slice(0, 8)}`,
  );
  if (!existsSync(copy)) {
    say(
      log,
      'postgres',
      `copying the Postgres binaries to ${copy}: Postgres does not run as root, and user ${user.uid} can't read ${binaries.root}`,
    );
    const aside = `${copy}.${process.pid}`;
    // Static libraries and pkg-config files are needed only for compiling.
    cpSync(binaries.root, aside, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !/(\.a|pkgconfig|pg-symlinks\.json)$/.test(basename(path)),
    });
    try {
      renameSync(aside, copy);
    } catch (error) {
      rmSync(aside, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  return binariesUnder(copy);
}

async function reachableDir({ dir, log }: { dir: string; log: Log }, user: User): Promise<string> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chownSync(dir, user.uid, user.gid);
  if (await runsAs(user, '/bin/sh', '-c', 'cd "$1" && test -w .', 'sh', dir)) return dir;
  const fallback = join(fallbackDir(dir), 'postgres');
  say(
    log,
    'postgres',
    `using ${fallback} for the database: Postgres does not run as root, and user ${user.uid} can't write to ${dir}`,
  );
  mkdirSync(fallback, { recursive: true, mode: 0o700 });
  chownSync(fallback, user.uid, user.gid);
  return fallback;
}

/** Creates the directory under /var/tmp, or checks an existing one, because any user may create files there. */
function fallbackDir(dir: string): string {
  const path = join('/var/tmp', `hookline-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`);
  try {
    mkdirSync(path, { mode: 0o700 });
    chownSync(path, 0, UNPRIVILEGED_ID);
    chmodSync(path, 0o710);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const stat = lstatSync(path);
  if (!stat.isDirectory() || stat.uid !== 0 || (stat.mode & 0o022) !== 0) {
    throw new StackError(
      'home_unusable',
      `${path} was not created by Hookline: remove it, or set HOOKLINE_HOME to a directory outside /root.`,
    );
  }
  return path;
}

async function runsAs(user: User, command: string, ...args: string[]): Promise<boolean> {
  try {
    await run(command, args, { ...user, cwd: '/', env: {} });
    return true;
  } catch {
    return false;
  }
}
