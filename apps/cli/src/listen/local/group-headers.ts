import type { LocalRequest } from '../local-request.ts';

/** Repeated headers as one entry with several values. */
export function groupHeaders(headers: LocalRequest['headers']): Map<string, string | string[]> {
  const groups = new Map<string, string | string[]>();
  for (const [name, value] of headers) {
    const before = groups.get(name);
    groups.set(name, before === undefined ? value : [before, value].flat());
  }
  return groups;
}
