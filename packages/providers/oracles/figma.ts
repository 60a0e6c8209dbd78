import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'figma',
  source:
    'https://developers.figma.com/docs/rest-api/webhooks-security; github.com/figma/rest-api-spec openapi/openapi.yaml',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'nothing',
  signatureHeaders: [],
  body: '{"event_type":"FILE_UPDATE","file_key":"zH10ebZ7MrS6RrBh4EZYP1","file_name":"Sample","timestamp":"2026-05-24T11:08:56Z","webhook_id":"22","protocol_version":"2","retries":0}',
  sign: ({ body, secret }) => ({
    headers: {},
    body: Buffer.from(JSON.stringify({ ...JSON.parse(body.toString()), passcode: secret })),
  }),
};
