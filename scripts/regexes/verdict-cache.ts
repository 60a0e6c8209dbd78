import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const FILE = 'node_modules/.cache/hookline-regexes.json';
const { version } = createRequire(import.meta.url)('recheck/package.json') as { version: string };

/** The regular expressions that this version of recheck has already proved linear. */
export function readLinearRegexes(): Set<string> {
  try {
    const cache = JSON.parse(readFileSync(FILE, 'utf8')) as { version: string; linear: string[] };
    return new Set(cache.version === version ? cache.linear : []);
  } catch {
    return new Set();
  }
}

export function writeLinearRegexes(linear: ReadonlySet<string>): void {
  mkdirSync(dirname(FILE), { recursive: true });
  writeFileSync(FILE, JSON.stringify({ version, linear: [...linear] }));
}
