import { relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { FoundRegex } from './find-regexes.ts';

/**
 * The regular expressions that modules of this repository create with `new RegExp` while they are loaded, such as those
 * of the compiled definitions of providers.
 * @param paths of modules, relative to the working directory
 */
export async function recordRegexes(paths: readonly string[]): Promise<FoundRegex[]> {
  const made: FoundRegex[] = [];
  const original = globalThis.RegExp;
  globalThis.RegExp = new Proxy(original, {
    construct(target, [source, flags], newTarget) {
      const at = placeOf(new Error('where').stack);
      if (at !== undefined) made.push({ source: toSource(source), flags: String(flags ?? ''), at });
      return Reflect.construct(target, [source, flags], newTarget);
    },
  });
  try {
    for (const path of paths) await import(pathToFileURL(resolve(path)).href);
  } finally {
    globalThis.RegExp = original;
  }
  return made;
}

const toSource = (source: unknown) => (source instanceof RegExp ? source.source : String(source));

/** The line of Hookline that created the expression; undefined for a library. */
function placeOf(stack = ''): string | undefined {
  const caller = stack.split('\n')[2] ?? '';
  const [, url, line] = /(file:\/\/[^\s()]+):(\d+):\d+/.exec(caller) ?? [];
  if (url === undefined || url.includes('/node_modules/')) return undefined;
  return `${relative(process.cwd(), fileURLToPath(url))}:${line}`;
}
