import { describe, expect, it } from 'vitest';
import { splitMiddle } from './split-middle.ts';

describe('the two parts of an id that is too long', () => {
  it('the end stays whole', () => {
    expect(splitMiddle('evt_01KBCPZ4J8Q0Y3V6D1T9R5W2XN', 6)).toEqual(['evt_01KBCPZ4J8Q0Y3V6D1T9', 'R5W2XN']);
  });

  it('together they are the text', () => {
    const text = 'https://hooks.example.com/github?team=acme';
    expect(splitMiddle(text, 8).join('')).toBe(text);
  });

  it('a short text is not divided', () => {
    expect(splitMiddle('main', 6)).toEqual(['main', '']);
  });

  it('a character of two units is not torn apart', () => {
    const [start, end] = splitMiddle('deploy-to-production-🚀12345', 6);
    expect([start, end]).toEqual(['deploy-to-production-', '🚀12345']);
  });
});
