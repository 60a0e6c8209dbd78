import { listProviders } from '../registry.ts';
import type { Connectable } from './connectable.ts';
import { POLLED_SERVICES } from './polled/index.ts';

const CONNECTABLES: readonly Connectable[] = [
  ...listProviders().filter(({ oauth, polling, watches }) => oauth ?? polling ?? watches),
  ...POLLED_SERVICES,
];

const connectablesByName = new Map<string, Connectable>();
for (const connectable of CONNECTABLES) {
  for (const name of [connectable.id, ...(connectable.aliases ?? [])]) {
    if (connectablesByName.has(name)) throw new Error(`Two services are called "${name}".`);
    connectablesByName.set(name, connectable);
  }
}

/** The service with that id or alias. */
export function getConnectable(idOrAlias: string): Connectable | undefined {
  return connectablesByName.get(idOrAlias);
}

export function listConnectables(): readonly Connectable[] {
  return CONNECTABLES;
}
