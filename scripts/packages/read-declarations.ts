import { readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { withoutMap } from './without-map.ts';

/** What an import or export of a declaration file names: `export { A, type B as C } from './x.ts'`. */
const FROM = /(?:import|export)\s+(?:type\s+)?(\*|\{[^}]*\})\s*from\s+'(\.{1,2}\/[^']+)\.ts'/g;

/**
 * The declaration files that the entries need, with their imports as JavaScript names them (`./x.js`).
 * @param entries names of files in `dist`
 * @param replace the text of a file in place of its own, given the names that the other files use of it
 */
export function readDeclarations(
  dist: string,
  entries: readonly string[],
  replace: (file: string, names: readonly string[]) => string | undefined,
): Map<string, string> {
  const texts = new Map<string, string>();
  const used = new Map<string, Set<string>>();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (texts.has(file)) continue;
    const text = readFileSync(join(dist, file), 'utf8');
    texts.set(file, withoutMap(text).replace(/(['"]\.{1,2}\/[^'"]+)\.ts(['"])/g, '$1.js$2'));
    for (const [, names = '', path = ''] of text.matchAll(FROM)) {
      const target = `${normalize(join(file, '..', path))}.d.ts`;
      const known = used.get(target) ?? new Set();
      for (const name of namesIn(names)) known.add(name);
      used.set(target, known);
      waiting.push(target);
    }
  }
  for (const file of texts.keys()) {
    const text = replace(file, [...(used.get(file) ?? [])].sort());
    if (text !== undefined) texts.set(file, text);
  }
  return texts;
}

function namesIn(list: string): string[] {
  return list
    .replace(/[{}*]/g, '')
    .split(',')
    .map(
      (each) =>
        each
          .trim()
          .replace(/^type\s+/, '')
          .split(/\s+as\s+/)[0] as string,
    )
    .filter((name) => name !== '');
}
