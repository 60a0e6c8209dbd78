import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** What a browser loads before the first page, gzipped. */
const MAX_ENTRY_KB = 200;

/** Fails the build when the entry, with everything that it imports at once, is larger than the budget. */
export function checkBudget(): Plugin {
  return {
    name: 'check-budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      const chunks = new Map(
        Object.values(bundle).flatMap((file) =>
          file.type === 'chunk' ? [[file.fileName, file] as const] : [],
        ),
      );
      const loaded = new Set<string>();
      const load = (name: string) => {
        const chunk = chunks.get(name);
        if (chunk === undefined || loaded.has(name)) return;
        loaded.add(name);
        for (const imported of chunk.imports) load(imported);
      };
      for (const [name, { isEntry }] of chunks) if (isEntry) load(name);
      const bytes = [...loaded].reduce((sum, name) => sum + gzipSync(chunks.get(name)?.code ?? '').length, 0);
      const kilobytes = Math.ceil(bytes / 1_024);
      this.info(`the entry has ${kilobytes} of ${MAX_ENTRY_KB} KB`);
      if (kilobytes > MAX_ENTRY_KB)
        this.error(
          `The entry has ${kilobytes} KB and may have ${MAX_ENTRY_KB}: load a part of it lazily, or leave it out`,
        );
    },
  };
}
