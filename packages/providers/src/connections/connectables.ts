import { listProviders } from '../registry.ts';
import type { ConnectionSpecifications } from './connection-specifications.ts';
import { spotify } from './polled/spotify.ts';

/** What an account can be connected at: a provider, or a service that sends no webhooks and is only polled. */
export interface Connectable extends ConnectionSpecifications {
  readonly id: string;
  readonly aliases?: readonly string[];
  /** For people. */
  readonly name: string;
  /** Where its API is described. */
  readonly documentation?: string;
}

const CONNECTABLES: readonly Connectable[] = [
  ...listProviders().filter(({ oauth, polling, watch }) => oauth ?? polling ?? watch),
  spotify,
];

const connectablesByName = new Map<string, Connectable>();
for (const connectable of CONNECTABLES) {
  for (const name of [connectable.id, ...(connectable.aliases ?? [])]) {
    if (connectablesByName.has(name)) throw new Error(`Two services are called "${name}".`);
    connectablesByName.set(name, connectable);
  }
}

/** The one of that id or alias. */
export function getConnectable(idOrAlias: string): Connectable | undefined {
  return connectablesByName.get(idOrAlias);
}

export function listConnectables(): readonly Connectable[] {
  return CONNECTABLES;
}
