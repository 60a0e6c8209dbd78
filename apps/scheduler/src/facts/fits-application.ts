import type { Connectable, PushSpecification, WatchSpecification } from '@hookline/providers';
import type { AppFacts } from './app-facts.ts';

/** Whether a part of a provider's definition is for this kind of OAuth application. */
export function fitsApplication(
  { applicationKind }: { readonly applicationKind?: { readonly is: string; readonly byDefault: boolean } },
  { settings }: Pick<AppFacts, 'settings'>,
): boolean {
  if (applicationKind === undefined) return true;
  return settings.kind === undefined ? applicationKind.byDefault : settings.kind === applicationKind.is;
}

/** How pushes to the application find their connections. Undefined: the provider pushes nothing to it. */
export function pushesOf(
  connectable: Connectable,
  app: Pick<AppFacts, 'settings'>,
): PushSpecification | undefined {
  const { pushes } = connectable;
  return pushes && fitsApplication(pushes, app) ? pushes : undefined;
}

export function watchesOf(
  connectable: Connectable,
  app: Pick<AppFacts, 'settings'>,
): readonly WatchSpecification[] {
  return (connectable.watches ?? []).filter((watch) => fitsApplication(watch, app));
}
