import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { listModules } from './list-modules.ts';
import { printContracts } from './print-contracts.ts';
import { readDeclarations } from './read-declarations.ts';
import { withoutMap } from './without-map.ts';

/** The packages that are published. Both can be used without the rest of Hookline. */
export const PUBLISHED_PACKAGES = ['client', 'signing'] as const;
export type PublishedPackage = (typeof PUBLISHED_PACKAGES)[number];

interface Manifest {
  exports: Record<string, Record<string, string>>;
  [field: string]: unknown;
}

const ROOT = resolve(import.meta.dirname, '../..');
/** Fields of package.json that are of use to whom installs the package. */
const FIELDS = [
  'name',
  'version',
  'description',
  'keywords',
  'license',
  'type',
  'sideEffects',
  'engines',
  'exports',
  'files',
  'peerDependencies',
  'peerDependenciesMeta',
];

/**
 * Builds a package and packs it as npm publishes it.
 * @param outDir an existing folder
 * @returns the path of the tarball
 * @throws when the compiler or npm fails
 */
export function packPackage(name: PublishedPackage, outDir: string): string {
  execFileSync('tsc', ['-b', `packages/${name}`], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  const stage = mkdtempSync(join(tmpdir(), 'hookline-pack-'));
  try {
    stageFiles(join(ROOT, 'packages', name), stage);
    const packed = execFileSync(
      'npm',
      ['pack', '--json', '--ignore-scripts', '--pack-destination', resolve(outDir)],
      {
        cwd: stage,
        encoding: 'utf8',
      },
    );
    const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
    return join(resolve(outDir), filename);
  } finally {
    rmSync(stage, { recursive: true });
  }
}

function stageFiles(source: string, stage: string): void {
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Manifest;
  const exports = Object.entries(manifest.exports).map(([path, { '@hookline/source': _, ...conditions }]) => [
    path,
    conditions,
  ]);
  const kept = FIELDS.filter((field) => field in manifest).map((field) => [field, manifest[field]]);
  const published = { ...Object.fromEntries(kept), exports: Object.fromEntries(exports) };
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
  cpSync(join(source, 'README.md'), join(stage, 'README.md'));
  cpSync(join(ROOT, 'LICENSE'), join(stage, 'LICENSE'));

  const dist = join(source, 'dist');
  const entries = (condition: string) =>
    Object.values(manifest.exports).map(
      (conditions) => conditions[condition]?.replace('./dist/', '') as string,
    );
  for (const file of listModules(dist, entries('default'))) {
    write(join(stage, 'dist', file), withoutMap(readFileSync(join(dist, file), 'utf8')));
  }
  const declarations = readDeclarations(dist, entries('types'), (file, names) =>
    file === 'contracts.d.ts' ? formatted(printContracts(names)) : undefined,
  );
  for (const [file, text] of declarations) write(join(stage, 'dist', file), text);
}

function formatted(text: string): string {
  return execFileSync('biome', ['format', '--stdin-file-path=contracts.d.ts'], {
    cwd: ROOT,
    input: text,
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
