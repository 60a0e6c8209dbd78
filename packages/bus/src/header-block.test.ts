import type { Msg } from '@nats-io/nats-core';
import { MsgHdrsImpl, MsgImpl } from '@nats-io/nats-core/internal';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseHeaderBlock, readHeaders } from './header-block.ts';

const name = fc.stringMatching(/^[A-Za-z0-9-]{1,20}$/);
const value = fc.string({ unit: 'grapheme', maxLength: 50 }).map((text) => text.replaceAll(/[\r\n]/g, ' '));

it('parses any block as the client does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, value), { maxLength: 20 }),
      fc.uint8Array({ maxLength: 100 }),
      (given, tail) => {
        const lines = given.map((pair) => `${pair.join(': ')}\r\n`).join('');
        const bytes = Buffer.concat([Buffer.from(`NATS/1.0\r\n${lines}x: `), tail, Buffer.from('\r\n\r\n')]);
        let theirs: MsgHdrsImpl;
        try {
          theirs = MsgHdrsImpl.decode(bytes);
        } catch {
          return; // the client refuses the name
        }
        const ours = parseHeaderBlock(bytes.toString());
        for (const key of theirs.keys()) expect(ours.get(key)).toBe(theirs.get(key));
        expect(ours.get('nothing-of-that-name')).toBe('');
      },
    ),
  );
});

const block = Buffer.from('NATS/1.0\r\nce-id: evt_1\r\n\r\n');
const body = Buffer.from('{}');
const parts = { subject: Buffer.from('s'), sid: 1, hdr: block.length, size: block.length + body.length };

it('reads headers from where the client keeps them: right before the body', () => {
  const message = new MsgImpl(parts, Buffer.concat([block, body]), { publish() {} });
  Object.defineProperty(message, 'headers', { value: undefined });
  expect(readHeaders(message as Msg)?.get('ce-id')).toBe('evt_1');
});

it('uses the parser of the client if the bytes before the body are not the headers', () => {
  class Apart extends MsgImpl {
    override get data() {
      return Buffer.from(`${' '.repeat(100)}{}`).subarray(100);
    }
  }
  const message = new Apart(parts, Buffer.concat([block, body]), { publish() {} });
  expect(readHeaders(message as Msg)?.get('ce-id')).toBe('evt_1');
});
