import { expect, it } from 'vitest';
import { elementOf } from './xml-element.ts';

const base64 = (xml: string) => Buffer.from(xml).toString('base64');
const NOTIFICATION = base64(
  '<?xml version="1.0"?>\n<notification><subject><kind>inner</kind><empty/></subject>' +
    '<kind>outer</kind><timestamp type="datetime">2026-01-01T00:00:00Z</timestamp></notification>',
);

it('reads an element right below the root, and none that lies deeper', () => {
  expect(elementOf(NOTIFICATION, 'kind')).toBe('outer');
  expect(elementOf(NOTIFICATION, 'timestamp')).toBe('2026-01-01T00:00:00Z');
});

it('an element that is missing, or that holds others, has no text', () => {
  expect(elementOf(NOTIFICATION, 'none')).toBeUndefined();
  expect(elementOf(NOTIFICATION, 'subject')).toBeUndefined();
  expect(elementOf(NOTIFICATION, 'notification')).toBeUndefined();
});

it('a text that is not XML has no elements', () => {
  for (const text of ['', '<', '<kind>', 'kind', '</kind></kind>', '<a><kind>x']) {
    expect(elementOf(base64(text), 'kind')).toBeUndefined();
  }
});

it('takes time in proportion to the length', () => {
  for (const piece of ['<', '<a', '<a ', '<a>', '</a>', '>']) {
    const startedAt = performance.now();
    elementOf(base64(piece.repeat(200_000)), 'kind');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  }
});
