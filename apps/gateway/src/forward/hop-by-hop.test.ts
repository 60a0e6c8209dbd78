import { expect, test } from 'vitest';
import { createHopByHopCheck } from './hop-by-hop.ts';

test('hop-by-hop headers and the headers that Connection names are not forwarded', () => {
  const staysBehind = createHopByHopCheck('keep-alive, X-Mine');
  const names = [
    'connection',
    'transfer-encoding',
    'upgrade',
    'x-mine',
    'content-type',
    'x-hub-signature-256',
  ];
  expect(names.filter(staysBehind)).toEqual(['connection', 'transfer-encoding', 'upgrade', 'x-mine']);
});
