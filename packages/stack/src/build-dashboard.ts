import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Log, say } from './log.ts';
import { runWithProgress } from './run-with-progress.ts';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
const APP = join(REPOSITORY, 'apps', 'dashboard');
const BUILT = join(APP, 'dist');
/** In the built directory: the hash of the sources that it was built from. */
const STAMP = '.sources';

/** What the built files are made from. */
const SOURCES = [
  'apps/dashboard/{index.html,package.json,vite.config.ts}',
  'apps/dashboard/{src,build}/**/*.*',
  'packages/client/src/**/*.ts',
  'packages/contracts/src/**/*.ts',
  'pnpm-lock.yaml',
];

/**
 * Builds the dashboard if its sources have changed since it was last built. It takes some seconds.
 * @throws an error with the last lines that the build printed
 */
export async function buildDashboard(log: Log): Promise<void> {
  const wanted = hashSources();
  if (readStamp() === wanted) return;
  say(log, 'hookline', 'building the dashboard, because its sources have changed');
  // Built beside its place, so that a gateway that runs meanwhile serves the old files until the new ones are complete.
  const fresh = `${BUILT}.${process.pid}`;
  try {
    await runVite(fresh);
    writeFileSync(join(fresh, STAMP), wanted);
    rmSync(BUILT, { recursive: true, force: true });
    renameSync(fresh, BUILT);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function hashSources(): string {
  const hash = createHash('sha256');
  const files = globSync(SOURCES, { cwd: REPOSITORY }).filter((file) => !file.endsWith('.test.ts'));
  for (const file of files.sort()) hash.update(`\0${file}\0`).update(readFileSync(join(REPOSITORY, file)));
  return hash.digest('hex');
}

function readStamp(): string | undefined {
  const file = join(BUILT, STAMP);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

async function runVite(outDir: string): Promise<void> {
  const vite = join(APP, 'node_modules', 'vite', 'bin', 'vite.js');
  await runWithProgress(process.execPath, [vite, 'build', '--outDir', outDir, '--emptyOutDir'], {
    cwd: APP,
    env: { ...process.env, NODE_ENV: 'production' },
    onLine: () => {},
  });
}
