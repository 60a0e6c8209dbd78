/**
 * Bundles the CLI: `apps/cli/dist/package` is the npm package, with one file of code, the samples of the providers, and
 * no dependencies. A part of `npm run build`.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const APP = join(ROOT, 'apps/cli');
const PACKAGE = join(APP, 'dist/package');

rmSync(PACKAGE, { recursive: true, force: true });
mkdirSync(PACKAGE, { recursive: true });
await build({
  entryPoints: [join(APP, 'src/main.ts')],
  outfile: join(PACKAGE, 'bin/hookline.js'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22.12',
  conditions: ['@hookline/source'],
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  banner: {
    js: [
      '#!/usr/bin/env node',
      // Modules in CommonJS call it.
      "import { createRequire } from 'node:module';",
      'const require = createRequire(import.meta.url);',
    ].join('\n'),
  },
  // Only of an oracle that the CLI never loads.
  external: ['selfsigned'],
  logLevel: 'warning',
});
const { name, version, description, license, type } = JSON.parse(
  readFileSync(join(APP, 'package.json'), 'utf8'),
) as Record<string, string>;
const manifest = {
  name,
  version,
  description,
  license,
  type,
  bin: { hookline: 'bin/hookline.js' },
  files: ['bin', 'samples'],
  engines: { node: '>=22.12' },
};
writeFileSync(join(PACKAGE, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
cpSync(join(ROOT, 'packages/providers/samples'), join(PACKAGE, 'samples'), { recursive: true });
cpSync(join(APP, 'README.md'), join(PACKAGE, 'README.md'));
cpSync(join(ROOT, 'LICENSE'), join(PACKAGE, 'LICENSE'));
