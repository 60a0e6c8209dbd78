import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeRecords, encodeRecord } from './journal-records.ts';

const event = fc
  .record({ id: fc.string({ unit: 'grapheme' }), payload: fc.uint8Array({ maxLength: 200 }) })
  .map(({ id, payload }) => ({ attributes: { id } as never, payload }));
const bytesOf = (events: readonly Parameters<typeof encodeRecord>[0][]) =>
  Buffer.concat(events.flatMap(encodeRecord));
const plain = (events: readonly { attributes: unknown; payload: Uint8Array }[]) =>
  events.map(({ attributes, payload }) => [attributes, [...payload]]);

it('decodes events exactly as they were encoded', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 20 }), (events) => {
      const decoded = decodeRecords(bytesOf(events));
      expect(plain(decoded.events)).toEqual(plain(events));
      expect(decoded.tornBytes).toBe(0);
    }),
  );
});

it('a file that is cut off anywhere yields its complete records and the number of torn bytes', () => {
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 5 }), fc.nat(), (events, at) => {
      const whole = bytesOf(events);
      const cut = whole.subarray(0, at % whole.length);
      const decoded = decodeRecords(cut);
      const kept = events.slice(0, decoded.events.length);
      expect(plain(decoded.events)).toEqual(plain(kept));
      expect(bytesOf(kept).length + decoded.tornBytes).toBe(cut.length);
      expect(decoded.events.length).toBeLessThan(events.length);
    }),
  );
});

it('a changed bit anywhere ends the reading at its record, and never yields a different event', () => {
  fc.assert(
    fc.property(
      fc.array(event, { minLength: 1, maxLength: 5 }),
      fc.nat(),
      fc.integer({ min: 0, max: 7 }),
      (events, at, bit) => {
        const bytes = bytesOf(events);
        const index = at % bytes.length;
        bytes[index] = (bytes[index] as number) ^ (1 << bit);
        const decoded = decodeRecords(bytes);
        expect(plain(decoded.events)).toEqual(plain(events.slice(0, decoded.events.length)));
        expect(decoded.events.length).toBeLessThan(events.length);
      },
    ),
  );
});
