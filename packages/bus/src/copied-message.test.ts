import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { JsMsg as ClientJsMsg } from '@nats-io/jetstream';
import { MsgImpl } from '@nats-io/nats-core/internal';
import { expect, it } from 'vitest';
import { copyMessage } from './copied-message.ts';

const encode = (text: string) => new TextEncoder().encode(text);

/** A message in the middle of what the network gave the client, as the client's class has it. */
function clientMessage(block: string, body: string): { message: ClientJsMsg; received: Uint8Array } {
  const received = encode(`${' '.repeat(1_000)}${block}${body}${' '.repeat(1_000)}`);
  const size = block.length + body.length;
  const parts = { subject: encode('events.acme.github.push'), sid: 1, hdr: block.length, size };
  const msg = new MsgImpl(parts, received.subarray(1_000, 1_000 + size), { publish() {} });
  const { subject, data, headers } = msg;
  return { message: { msg, seq: 7, subject, data, headers } as unknown as ClientJsMsg, received };
}

it('a copy has the sequence, the subject, the headers and the body of the message', () => {
  const { message, received } = clientMessage('NATS/1.0\r\nce-id: evt_1\r\n\r\n', '{"a":1}');
  const copy = copyMessage(message);
  received.fill(0);
  expect([copy.seq, copy.subject, copy.headers?.get('ce-id'), copy.headers?.get('ce-type')]).toEqual([
    7,
    'events.acme.github.push',
    'evt_1',
    '',
  ]);
  expect(Buffer.from(copy.data).toString()).toBe('{"a":1}');
});

it('a copy has headers also if the client keeps them elsewhere', () => {
  const { message } = clientMessage('NATS/1.0\r\nce-id: evt_1\r\n\r\n', '{"a":1}');
  const copy = copyMessage({ ...message, data: encode('{"a":1}') } as ClientJsMsg);
  expect(copy.headers?.get('ce-id')).toBe('evt_1');
  expect(Buffer.from(copy.data).toString()).toBe('{"a":1}');
});

it('a copy keeps neither the message nor the buffer of the client', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const { copy, gone } = copyAndLetGo();
  // A reference from this turn may still be on the stack.
  for (let turn = 0; turn < 10 && gone.some((each) => each.deref()); turn++) {
    await nextTurn();
    collectGarbage();
  }
  expect(gone.map((each) => each.deref())).toEqual([undefined, undefined]);
  expect(copy.headers?.get('ce-id')).toBe('evt_1');
  expect(copy.data.buffer.byteLength).toBe('NATS/1.0\r\nce-id: evt_1\r\n\r\n{}'.length);
});

function copyAndLetGo() {
  const { message, received } = clientMessage('NATS/1.0\r\nce-id: evt_1\r\n\r\n', '{}');
  return { copy: copyMessage(message), gone: [new WeakRef<object>(message), new WeakRef(received.buffer)] };
}
