import { toEventType } from './create-event.ts';

/** Full types, as events have them, from the names that a provider documents, written one after the other. */
export function eventTypes(provider: string, names: string): readonly string[] {
  return names
    .trim()
    .split(/\s+/)
    .map((name) => toEventType(provider, [name]));
}
