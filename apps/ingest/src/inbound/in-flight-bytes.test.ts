import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { createInFlightBytes } from './in-flight-bytes.ts';

const request = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage;
const response = () => new EventEmitter() as unknown as ServerResponse;

test('reserved bytes are released once, when the response closes', () => {
  const inFlight = createInFlightBytes(100_000, 50_000);
  const [one, two, three] = [response(), response(), response()];
  expect(inFlight.reserve(request({ 'content-length': '50000' }), one)).toBe(true);
  expect(inFlight.reserve(request({ 'content-length': '50000' }), two)).toBe(true);
  expect(inFlight.reserve(request({ 'content-length': '20000' }), three)).toBe(false);
  one.emit('close');
  one.emit('close');
  expect(inFlight.bytes).toBe(50_000);
  expect(inFlight.reserve(request({ 'content-length': '20000' }), three)).toBe(true);
});

test('a body of unknown length reserves the maximum length of a body', () => {
  const inFlight = createInFlightBytes(100_000, 50_000);
  inFlight.reserve(request({ 'transfer-encoding': 'chunked' }), response());
  expect(inFlight.bytes).toBe(50_000);
});

test('a body that will be refused for its length reserves no bytes', () => {
  const inFlight = createInFlightBytes(100_000, 50_000);
  expect(inFlight.reserve(request({ 'content-length': '900000' }), response())).toBe(true);
  expect(inFlight.bytes).toBe(0);
});
