import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const appKey = '38abcd';

export const oracle: Oracle = {
  provider: 'tiktok-shop',
  source: 'easycb/easycb-go tiktok/sign.go and other clients of https://partner.tiktokshop.com',
  secrets: [Buffer.alloc(20, 1).toString('hex'), Buffer.alloc(20, 2).toString('hex')],
  options: { app_key: appKey },
  covers: 'body',
  signatureHeaders: ['authorization'],
  body: '{"type":1,"tts_notification_id":"7327112393057371910","shop_id":"7494049642642441621","timestamp":1700000000,"data":{"order_id":"576486316948490001","order_status":"UNPAID","update_time":1700000000}}',
  sign: ({ body, secret }) => ({
    headers: { authorization: createHmac('sha256', secret).update(appKey).update(body).digest('hex') },
  }),
};
