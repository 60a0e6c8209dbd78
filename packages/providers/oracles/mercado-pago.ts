import { createHmac } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

const signWith = ({ url, secret }: Unsigned, ts: string, dataId?: string, requestId?: string): Signed => {
  const manifest = [
    ...(dataId === undefined ? [] : [`id:${dataId};`]),
    ...(requestId === undefined ? [] : [`request-id:${requestId};`]),
    `ts:${ts};`,
  ].join('');
  return {
    url: dataId === undefined ? `${url}?type=order` : `${url}?data.id=${dataId}&type=order`,
    headers: {
      'x-signature': `ts=${ts},v1=${createHmac('sha256', secret).update(manifest).digest('hex')}`,
      ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
    },
  };
};
const dataId = 'ORD01JQ4S4KY8HWQ6NA5PXB65B3D3';
const requestId = 'f7b2a1d4-0b1c-4ec2-aaaa-9e8b1d2f3c4d';

export const oracle: Oracle = {
  provider: 'mercado-pago',
  source: 'mercadopago/sdk-nodejs src/utils/webhook/index.ts',
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  // It covers data.id of the address, x-request-id and the time.
  covers: 'nothing',
  signatureHeaders: ['x-signature', 'x-request-id'],
  body: `{"action":"order.processed","api_version":"v1","application_id":"76506430185983","date_created":"2023-11-14T22:13:20Z","id":"123456","live_mode":false,"type":"order","user_id":2025701502,"data":{"id":"${dataId}"}}`,
  sign: (unsigned) => signWith(unsigned, `${unsigned.nowMs}`, dataId, requestId),
  variants: {
    'without a request id': (unsigned) => signWith(unsigned, `${unsigned.nowMs}`, dataId),
  },
};
