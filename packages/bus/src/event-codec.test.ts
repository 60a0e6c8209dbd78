import { EVENT_ATTRIBUTE_NAMES, type EventAttributes } from '@hookline/contracts';
import { headers, type MsgHdrs } from '@nats-io/nats-core';
import { MsgHdrsImpl } from '@nats-io/nats-core/internal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BusError } from './errors.ts';
import { decodeEvent, encodeEventHeaders, joinBody } from './event-codec.ts';

const REQUIRED = ['id', 'type', 'source', 'time', 'tenant', 'provider', 'receivedat', 'via', 'dedupekey'];
const payload = new Uint8Array();

/** Any JavaScript string, preferably with characters that could break a header. */
const text = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1 })
    .map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.constantFrom(
        '\r\n',
        '\n',
        '\r',
        '\0',
        '%',
        '%41',
        '%zz',
        '"',
        ':',
        ' ',
        '\t',
        'ä',
        '\u2028',
        'ce-id: x',
      ),
      { minLength: 1 },
    )
    .map((parts) => parts.join('')),
  fc.integer({ min: 1, max: 1_000 }).map((times) => 'ä %'.repeat(times)),
);
const attributes = fc
  .record(
    // `requestbytes` describes the body, and has tests of its own.
    Object.fromEntries(
      EVENT_ATTRIBUTE_NAMES.filter((name) => name !== 'requestbytes').map((name) => [name, text]),
    ),
    { requiredKeys: REQUIRED },
  )
  .map((each) => each as unknown as EventAttributes);

/** The headers as a consumer receives them. */
function parse(lines: string): MsgHdrs {
  return MsgHdrsImpl.decode(Buffer.from(`NATS/1.0\r\n${lines}\r\n`, 'latin1'));
}

/** Replaces characters that no message and no text column can hold. */
function storable(value: string): string {
  return value.toWellFormed().replaceAll('\0', '\uFFFD');
}

describe('event headers', () => {
  it('preserve every attribute', () => {
    fc.assert(
      fc.property(attributes, (given) => {
        const expected = Object.fromEntries(
          Object.entries(given).map(([name, value]) => [name, storable(value)]),
        );
        expect(decodeEvent(parse(encodeEventHeaders(given)), payload).attributes).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('are printable ASCII, one line for each attribute, whatever the values', () => {
    fc.assert(
      fc.property(attributes, (given) => {
        const lines = encodeEventHeaders(given).split('\r\n');
        expect(lines.pop()).toBe('');
        for (const line of lines) expect(line).toMatch(/^[a-z-]+: [\x21-\x7e]+$/);
        const names = lines.map((line) => line.slice(0, line.indexOf(':')));
        const present = EVENT_ATTRIBUTE_NAMES.filter((name) => given[name] !== undefined);
        expect(names).toEqual(['ce-specversion', 'content-type', ...present.map((name) => `ce-${name}`)]);
      }),
      { numRuns: 100 },
    );
  });

  it('leave out an empty attribute, which CloudEvents does not allow', () => {
    const event = parse(encodeEventHeaders({ ...example(), subject: '' }));
    expect(event.has('ce-subject')).toBe(false);
  });

  it('follow the CloudEvents binding for NATS', () => {
    const lines = encodeEventHeaders({ ...example(), subject: 'Zürich "50 %"' });
    expect(lines).toContain('ce-specversion: 1.0\r\ncontent-type: application/json\r\nce-id: evt_1\r\n');
    expect(lines).toContain('ce-subject: Z%C3%BCrich%20%2250%20%25%22\r\n');
  });
});

describe('a message that is not one of our events', () => {
  const malformed = (given: MsgHdrs | undefined) => {
    try {
      decodeEvent(given, payload);
    } catch (error) {
      return error as BusError;
    }
    throw new Error('it was decoded');
  };

  it('is refused with malformed_event, and the message names the missing attributes', () => {
    for (const given of [undefined, headers(), parse('some: thing\r\n')]) {
      const error = malformed(given);
      expect(error).toBeInstanceOf(BusError);
      expect(error).toMatchObject({ code: 'malformed_event' });
      for (const name of REQUIRED) expect(error.message).toContain(`ce-${name}`);
    }
    for (const name of REQUIRED) {
      const lines = encodeEventHeaders(example())
        .split('\r\n')
        .filter((line) => !line.startsWith(`ce-${name}:`));
      expect(malformed(parse(lines.join('\r\n'))).message).toBe(`not an event: no ce-${name}`);
      expect(malformed(parse(`${lines.join('\r\n')}ce-${name}: \r\n`)).message).toBe(
        `not an event: no ce-${name}`,
      );
    }
  });

  it('is refused when an attribute holds NUL, which Postgres cannot store', () => {
    for (const value of ['a%00b', 'a\0b']) {
      const lines = encodeEventHeaders(example()).replace('ce-tenant: acme', `ce-tenant: ${value}`);
      const error = malformed(parse(lines));
      expect(error).toMatchObject({ code: 'malformed_event' });
      expect(error.message).not.toContain('\0');
    }
  });

  it('is always decoded as an event or refused with malformed_event', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, complete) => {
        const head = complete ? encodeEventHeaders(example()) : '';
        const block = Buffer.concat([
          Buffer.from(`NATS/1.0\r\n${head}ce-subject: `),
          bytes,
          Buffer.from('\r\n\r\n'),
        ]);
        let parsed: MsgHdrs;
        try {
          parsed = MsgHdrsImpl.decode(block);
        } catch {
          return; // the client itself refuses it
        }
        try {
          decodeEvent(parsed, payload);
        } catch (error) {
          expect(error).toMatchObject({ code: 'malformed_event' });
        }
      }),
    );
  });

  it('keeps a percent sign that encodes nothing', () => {
    const lines = encodeEventHeaders({ ...example(), subject: 'X' }).replace(
      'ce-subject: X',
      'ce-subject: 100%',
    );
    expect(decodeEvent(parse(lines), payload).attributes.subject).toBe('100%');
  });
});

function example(): EventAttributes {
  return {
    id: 'evt_1',
    type: 'github.push',
    source: '/github/acme/api',
    time: '2026-01-01T00:00:00.000Z',
    tenant: 'acme',
    provider: 'github',
    receivedat: '2026-01-01T00:00:00.000Z',
    via: 'webhook',
    dedupekey: 'key',
  };
}

describe('a kept request', () => {
  const kept = Buffer.from('what was asked');
  const withRequest = (requestbytes: string) => ({ ...example(), requestbytes });

  it('follows the payload in the body, and both are preserved', () => {
    const attributes = withRequest(String(kept.length));
    const body = joinBody({ attributes, payload: Buffer.from('{}'), request: kept });
    const event = decodeEvent(parse(encodeEventHeaders(attributes)), body);
    expect(Buffer.from(event.payload).toString()).toBe('{}');
    expect(Buffer.from(event.request as Uint8Array)).toEqual(kept);
  });

  it.each(['0', '-1', '3', '1.5', 'x', '1e999'])(
    'of %s bytes in a body of two is a malformed event',
    (bytes) => {
      const lines = encodeEventHeaders(withRequest(bytes));
      expect(() => decodeEvent(parse(lines), Buffer.from('{}'))).toThrow(/ce-requestbytes/);
    },
  );
});
