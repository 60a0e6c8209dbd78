import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'strava',
  source: 'https://developers.strava.com/docs/webhooks/',
  secrets: ['120475', '120476'],
  covers: 'nothing',
  signatureHeaders: [],
  body: '{"aspect_type":"update","event_time":1700000000,"object_id":1360128428,"object_type":"activity","owner_id":134815,"updates":{"title":"Messy"}}',
  // Unsigned: only the id of the subscription tells it from what others send.
  sign: ({ body, secret }) => ({
    headers: {},
    body: Buffer.from(
      JSON.stringify({ ...(JSON.parse(body.toString()) as object), subscription_id: Number(secret) }),
    ),
  }),
};
