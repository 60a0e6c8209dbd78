import { readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';

/**
 * The modules that the entries load. Others may be left in the folder from earlier builds.
 * @param entries names of files in `dist`
 */
export function listModules(dist: string, entries: readonly string[]): string[] {
  const known = new Set<string>();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (known.has(file)) continue;
    known.add(file);
    const text = readFileSync(join(dist, file), 'utf8');
    for (const [, path = ''] of text.matchAll(/(?:from|import) '(\.{1,2}\/[^']+)'/g)) {
      waiting.push(normalize(join(file, '..', path)));
    }
  }
  return [...known].sort();
}
