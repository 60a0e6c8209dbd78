import { isContainer, type JsonDocument } from './scan-json.ts';

/** Up to this many values, everything is open at first. */
const OPEN_AT_FIRST = 200;

/** The values that have a row: all but those inside a closed one. */
export function visibleNodes(document: JsonDocument, closed: ReadonlySet<number>): readonly number[] {
  const visible: number[] = [];
  for (let node = 0; node < document.kind.length; node += 1) {
    visible.push(node);
    if (closed.has(node)) node = document.last[node] as number;
  }
  return visible;
}

/** A small payload is open. Of a large one the first two levels are. */
export function closedAtFirst(document: JsonDocument): ReadonlySet<number> {
  return document.kind.length <= OPEN_AT_FIRST ? new Set() : closedFrom(document, 2);
}

/** All filled objects and arrays at this depth and below. */
export function closedFrom(document: JsonDocument, depth: number): ReadonlySet<number> {
  const closed = new Set<number>();
  for (let node = 0; node < document.kind.length; node += 1) {
    if (
      isContainer(document, node) &&
      (document.childCount[node] ?? 0) > 0 &&
      (document.depth[node] ?? 0) >= depth
    ) {
      closed.add(node);
    }
  }
  return closed;
}

/** Opens everything around a value, so that it has a row. */
export function openAround(
  document: JsonDocument,
  closed: ReadonlySet<number>,
  node: number,
): ReadonlySet<number> {
  const opened = new Set(closed);
  for (let at = document.parent[node] ?? -1; at >= 0; at = document.parent[at] ?? -1) opened.delete(at);
  return opened.size === closed.size ? closed : opened;
}
