import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { sourceOf } from '@hookline/stack';
import { build, type OutputFile, type Plugin } from 'esbuild';
import type { ProgramName } from './provided-context.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CACHE = join(ROOT, 'node_modules/.cache/test-programs');
const DAY_MS = 86_400_000;

const entryPoints: Record<ProgramName, string> = {
  gateway: sourceOf('gateway'),
  ingest: sourceOf('ingest'),
  scheduler: sourceOf('scheduler'),
  delivery: sourceOf('delivery'),
  cli: join(ROOT, 'apps/cli/src/main.ts'),
  // Parts of the scheduler that its tests kill.
  'poll-process': join(ROOT, 'apps/scheduler/test/support/poll-process.ts'),
  'refresh-process': join(ROOT, 'apps/scheduler/test/support/refresh-process.ts'),
};

/**
 * Bundles the services and the CLI, which tests start hundreds of times as processes. A service has more than 2,000
 * modules: to load them one by one takes most of the CPU time of its start.
 * @returns the file of each program, for node
 */
export async function bundlePrograms(): Promise<Record<ProgramName, string>> {
  const { outputFiles } = await build({
    entryPoints,
    bundle: true,
    // Code that a program loads on demand stays in files of its own.
    splitting: true,
    outdir: CACHE,
    outExtension: { '.js': '.mjs' },
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    conditions: ['@hookline/source'],
    // The names of errors and classes, which esbuild changes where two modules have the same name.
    keepNames: true,
    legalComments: 'none',
    banner: {
      js: [
        // Modules in CommonJS use them.
        "import { createRequire as __createRequire } from 'node:module';",
        'const require = __createRequire(import.meta.url);',
        'const { filename: __filename, dirname: __dirname } = import.meta;',
      ].join('\n'),
    },
    external: OPTIONAL,
    plugins: [keepUrlsOfSource, keepOutside],
    logLevel: 'error',
  });
  const dir = store(outputFiles);
  const names = Object.keys(entryPoints) as ProgramName[];
  return Object.fromEntries(names.map((name) => [name, join(dir, `${name}.mjs`)])) as Record<
    ProgramName,
    string
  >;
}

/** Packages that other packages use if they are installed, and one of an oracle that the CLI never loads. */
const OPTIONAL = ['pg-native', 'bufferutil', 'utf-8-validate', 'selfsigned'];

/** Packages that find files of their own beside their code. */
const WITH_FILES = /^(?:pino|piscina|socket\.io)$/;

/** Loads packages with files from where they are installed. */
const keepOutside: Plugin = {
  name: 'keep-outside',
  setup(bundler) {
    bundler.onResolve({ filter: WITH_FILES }, async ({ path, pluginData, ...from }) => {
      if (pluginData === keepOutside) return undefined;
      const { importer, namespace, resolveDir, kind } = from;
      const found = await bundler.resolve(path, {
        importer,
        namespace,
        resolveDir,
        kind,
        pluginData: keepOutside,
      });
      return found.errors.length > 0 ? found : { path: found.path, external: true };
    });
  },
};

/** In the bundle a source file still has its own URL, by which it finds its worker threads, assets and migrations. */
const keepUrlsOfSource: Plugin = {
  name: 'keep-urls-of-source',
  setup(bundler) {
    bundler.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta.')) return undefined;
      const values: Record<string, string> = {
        url: pathToFileURL(path).href,
        filename: path,
        dirname: dirname(path),
      };
      const contents = text.replace(/\bimport\.meta\.(url|filename|dirname)\b/g, (_, name: string) =>
        JSON.stringify(values[name]),
      );
      return { contents, loader: 'ts' };
    });
  },
};

/**
 * Writes the files to a directory that is named after their content, so that no run changes the files of another run,
 * and node's compile cache knows them again.
 */
function store(files: readonly OutputFile[]): string {
  const hash = createHash('sha256');
  for (const { path, contents } of files) hash.update(path).update(contents);
  const dir = join(CACHE, hash.digest('hex').slice(0, 16));
  mkdirSync(CACHE, { recursive: true });
  try {
    const now = new Date();
    utimesSync(dir, now, now);
    return dir;
  } catch {
    // The directory is not there yet.
  }
  removeOld();
  const aside = mkdtempSync(join(CACHE, 'new-'));
  for (const { path, contents } of files) writeFileSync(join(aside, basename(path)), contents);
  try {
    renameSync(aside, dir);
  } catch {
    // Another run has written the same files meanwhile.
    rmSync(aside, { recursive: true, force: true });
  }
  return dir;
}

/** Removes what no run has used for a day. */
function removeOld(): void {
  for (const name of readdirSync(CACHE)) {
    const dir = join(CACHE, name);
    const age = Date.now() - (statSync(dir, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > DAY_MS) rmSync(dir, { recursive: true, force: true });
  }
}
