import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'hookline-bench-';

/**
 * A home for one run, named after this process so that a later run can tell whose it was.
 * @param usualHome its tools are used: nats-server is fetched once and not for every run
 */
export function makeTemporaryHome(usualHome: string): string {
  const home = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // As root, Postgres runs as another user, who must get through.
  chmodSync(home, 0o711);
  const tools = join(usualHome, 'tools');
  mkdirSync(tools, { recursive: true });
  symlinkSync(tools, join(home, 'tools'));
  return home;
}

export function removeTemporaryHome(home: string): void {
  rmSync(home, { recursive: true, force: true });
}

/** Removes what runs that were killed left behind. */
export function removeAbandonedHomes(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    try {
      removeTemporaryHome(join(tmpdir(), name));
    } catch {
      // Another user's.
    }
  }
}
