import { expect, test } from 'vitest';
import { HttpMessageReader } from './http-message-reader.ts';

const first = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx: 1\r\n\r\nhi';
const second = 'POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n';

function readInPieces(text: string, size: number): string[] {
  const heads: string[] = [];
  const reader = new HttpMessageReader((head) => heads.push(head));
  for (let at = 0; at < text.length; at += size) reader.push(Buffer.from(text.slice(at, at + size)));
  return heads;
}

test('messages are separated correctly for every size of chunks', () => {
  const heads = ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx: 1', 'POST / HTTP/1.1\r\ncontent-length: 0'];
  for (const size of [1, 2, 3, 7, 50, 1_000]) {
    expect(readInPieces(first + second, size), `pieces of ${size}`).toEqual(heads);
  }
});

test('a message is reported once its body is complete', () => {
  expect(readInPieces(first.slice(0, -1), 1_000)).toEqual([]);
});

test('a message without a Content-Length causes an error', () => {
  expect(() => readInPieces('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', 1_000)).toThrow(
    'no Content-Length',
  );
});
