/**
 * `npm run pack [-- <folder>]`: packs the packages that are published, as npm would publish them, into a folder
 * (`dist/packages`), and checks them.
 */
import { mkdirSync } from 'node:fs';
import { checkPackage } from './packages/check-package.ts';
import { PUBLISHED_PACKAGES, packPackage } from './packages/pack-package.ts';

const [outDir = 'dist/packages'] = process.argv.slice(2);

mkdirSync(outDir, { recursive: true });
for (const name of PUBLISHED_PACKAGES) {
  const tarball = packPackage(name, outDir);
  const problems = await checkPackage(tarball);
  for (const problem of problems) console.error(`${tarball}: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`${tarball} is ready to be published.`);
}
