import { describe, expect, it } from 'vitest';
import { dotPath, jsonPointer, segmentsOf } from './json-path.ts';
import { type JsonDocument, keyOf, scanJson, sourceOf, valueText } from './scan-json.ts';
import { markWords, searchJson } from './search-json.ts';
import { closedAtFirst, closedFrom, openAround, visibleNodes } from './visible-nodes.ts';

const text = `{
  "id": 12345678901234567890,
  "10": "ten", "9": "nine",
  "data": { "items": [ {"name": "caf\\u00e9", "price": 1.50}, {}, [] ], "a/b": null },
  "ok": true
}`;
const json = scanJson(text);

/** The value with this name; the first one if there are several. */
function named(document: JsonDocument, name: string): number {
  const node = document.kind.findIndex((_, index) => keyOf(document, index) === name);
  if (node < 0) throw new Error(`no ${name}`);
  return node;
}

describe('the values of a JSON text', () => {
  it('numbers keep their digits', () => {
    expect(valueText(json, named(json, 'id'))).toBe('12345678901234567890');
    expect(valueText(json, named(json, 'price'))).toBe('1.50');
  });

  it('members keep the order in which they are written', () => {
    const names = json.kind.map((_, node) => keyOf(json, node)).filter((name) => name !== undefined);
    expect(names).toEqual(['id', '10', '9', 'data', 'items', 'name', 'price', 'a/b', 'ok']);
  });

  it('a member that is there twice is there twice', () => {
    const twice = scanJson('{"a":1,"a":2}');
    expect(twice.kind.map((_, node) => sourceOf(twice, node))).toEqual(['{"a":1,"a":2}', '1', '2']);
  });

  it('strings are copied without quotation marks and escapes', () => {
    expect(valueText(json, named(json, 'name'))).toBe('café');
    expect(sourceOf(json, named(json, 'name'))).toBe('"caf\\u00e9"');
  });

  it('an object is copied as it is written', () => {
    const items = named(json, 'items');
    expect(sourceOf(json, items)).toBe('[ {"name": "caf\\u00e9", "price": 1.50}, {}, [] ]');
    expect(json.childCount[items]).toBe(3);
  });

  it('quotation marks, brackets and backslashes inside strings end nothing', () => {
    const odd = scanJson('["a\\"]", "\\\\", "{,:}"]');
    expect([1, 2, 3].map((node) => valueText(odd, node))).toEqual(['a"]', '\\', '{,:}']);
  });

  it.each(['1', '"a"', 'null', ' [] '])('%s alone is a document', (alone) => {
    expect(scanJson(alone).kind).toHaveLength(1);
  });

  it('what is not JSON is refused', () => {
    expect(() => scanJson('{"a":}')).toThrow(SyntaxError);
  });

  it('100,000 nested arrays do not overflow the stack', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(scanJson(deep).depth.at(-1)).toBe(99_999);
  });

  it('JSON.parse reads each value as it is found', () => {
    const parsed = JSON.parse(text) as Record<string, unknown>;
    for (const name of Object.keys(parsed)) {
      expect(JSON.parse(sourceOf(json, named(json, name)))).toEqual(parsed[name]);
    }
  });
});

describe('the path of a value', () => {
  it('is written as in JavaScript and as a JSON pointer', () => {
    const name = segmentsOf(json, named(json, 'name'));
    expect(dotPath(name)).toBe('data.items[0].name');
    expect(jsonPointer(name)).toBe('/data/items/0/name');
    const slash = segmentsOf(json, named(json, 'a/b'));
    expect(dotPath(slash)).toBe('data["a/b"]');
    expect(jsonPointer(slash)).toBe('/data/a~1b');
  });

  it('of the root is empty', () => {
    expect(dotPath(segmentsOf(json, 0))).toBe('');
    expect(jsonPointer(segmentsOf(json, 0))).toBe('');
  });
});

describe('the rows of a tree', () => {
  it('a closed object hides everything inside it', () => {
    const data = named(json, 'data');
    const rows = visibleNodes(json, new Set([data]));
    expect(rows.map((node) => keyOf(json, node))).toEqual([undefined, 'id', '10', '9', 'data', 'ok']);
  });

  it('with nothing closed every value has a row', () => {
    expect(visibleNodes(json, new Set())).toHaveLength(json.kind.length);
  });

  it('a small payload is open at first, a large one down to its second level', () => {
    expect(closedAtFirst(json).size).toBe(0);
    const large = scanJson(JSON.stringify({ list: Array.from({ length: 300 }, (_, id) => ({ id })), x: 1 }));
    const rows = visibleNodes(large, closedAtFirst(large));
    expect(rows).toHaveLength(303);
    expect(rows.every((node) => (large.depth[node] ?? 0) <= 2)).toBe(true);
  });

  it('an empty object cannot be closed', () => {
    expect([...closedFrom(json, 1)].map((node) => sourceOf(json, node))).not.toContain('{}');
  });

  it('a value that is looked for gets a row', () => {
    const closed = closedFrom(json, 0);
    const price = named(json, 'price');
    expect(visibleNodes(json, closed)).not.toContain(price);
    expect(visibleNodes(json, openAround(json, closed, price))).toContain(price);
  });
});

describe('the search in a payload', () => {
  it('finds names and values in whatever case', () => {
    expect(searchJson(json, 'NAME')).toEqual([named(json, 'name')]);
    expect(searchJson(json, 'Café')).toEqual([named(json, 'name')]);
    expect(searchJson(json, '567890')).toEqual([named(json, 'id')]);
  });

  it('does not find an object because of what is inside it', () => {
    expect(searchJson(json, 'true')).toEqual([named(json, 'ok')]);
  });

  it('nothing is found for no words', () => {
    expect(searchJson(json, '')).toEqual([]);
  });

  it('the places of the words are marked, and nothing is lost', () => {
    expect(markWords('push to Push', 'push')).toEqual([
      { text: 'push', isFound: true },
      { text: ' to ', isFound: false },
      { text: 'Push', isFound: true },
    ]);
    expect(markWords('İstanbul', 'i')).toEqual([{ text: 'İstanbul', isFound: false }]);
  });
});
