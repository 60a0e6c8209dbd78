import { toEventType } from './create-event.ts';

/** The full types of a provider's documented names. The names are separated by white space. */
export function eventTypes(provider: string, names: string): readonly string[] {
  return names
    .trim()
    .split(/\s+/)
    .map((name) => toEventType(provider, [name]));
}
