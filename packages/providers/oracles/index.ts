import { readdirSync } from 'node:fs';
import type { Oracle } from './oracle.ts';

/** All oracles, one file per provider. */
export async function listOracles(): Promise<readonly Oracle[]> {
  const names = readdirSync(import.meta.dirname).filter(
    (name) => name.endsWith('.ts') && name !== 'index.ts' && name !== 'oracle.ts',
  );
  return await Promise.all(
    names.sort().map(async (name) => {
      const { oracle } = (await import(`./${name}`)) as { oracle: Oracle };
      return oracle;
    }),
  );
}
