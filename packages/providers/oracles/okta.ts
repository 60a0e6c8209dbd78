import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'okta',
  source: 'https://developer.okta.com/docs/concepts/event-hooks/',
  secrets: ['a long random text of Okta', 'another random text of Okta'],
  covers: 'nothing',
  signatureHeaders: ['authorization'],
  body: '{"eventType":"com.okta.event_hook","eventTypeVersion":"1.0","cloudEventsVersion":"0.1","source":"https://example.okta.com/api/v1/eventHooks/whor0fxpKbxRLS9VW1d7","eventId":"b5a188b9-5ece-4636-b041-482ffda96311","data":{"events":[{"uuid":"58544a4c-5f8b-11ee-9a0d-0df2d5a2ac39","published":"2023-11-14T22:13:20.000Z","eventType":"user.account.lock","version":"0"}]},"eventTime":"2023-11-14T22:13:20.000Z","contentType":"application/json"}',
  sign: ({ secret }) => ({ headers: { authorization: secret } }),
};
