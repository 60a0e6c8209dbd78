import { expect, it } from 'vitest';
import { request } from '../../fixtures/signed-request.ts';
import { receiveWebhook } from '../index.ts';
import { salesforce } from './salesforce.ts';

const SECRET = Buffer.alloc(32, 1).toString('hex');
const ORGANIZATION = '00D000000000001EAA';
const notification = (id: string, type: string) =>
  `<Notification><Id>${id}</Id><sObject xsi:type="sf:${type}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>006${id}</sf:Id><sf:Name>A &amp; B</sf:Name><sf:Amount>1e3</sf:Amount></sObject></Notification>`;
const message = (...notifications: string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>00D000000000001</OrganizationId><ActionId>04k1</ActionId><SessionId>a session</SessionId>${notifications.join('')}</notifications></soapenv:Body></soapenv:Envelope>`;

const receive = (
  body = message(notification('04l1', 'Opportunity'), notification('04l2', 'Account')),
  { secret = SECRET, organizationId = ORGANIZATION, secrets = [SECRET] } = {},
) =>
  receiveWebhook(salesforce, {
    request: request({
      headers: { 'content-type': ['text/xml'] },
      query: new URLSearchParams({ secret }),
      rawBody: Buffer.from(body),
    }),
    secrets,
    options: { organizationId },
  });

it('each notification becomes an event, without the session', async () => {
  const reception = await receive();
  expect(reception).toMatchObject({
    kind: 'events',
    events: [
      {
        type: 'salesforce.Opportunity',
        deliveryId: '04l1',
        subject: '00604l1',
        source: '/salesforce/00D000000000001',
      },
      { type: 'salesforce.Account', deliveryId: '04l2' },
    ],
    answer: { status: 200, body: expect.stringContaining('<Ack>true</Ack>') },
  });
  const payloads =
    reception.kind === 'events' ? reception.events.map(({ payload }) => payload.toString()) : [];
  expect(payloads[0]).toBe(
    '{"id":"04l1","organizationId":"00D000000000001","actionId":"04k1","objectType":"Opportunity","object":{"Id":"00604l1","Name":"A & B","Amount":"1e3"}}',
  );
  expect(payloads.join()).not.toContain('a session');
});

it('is refused with another secret, an empty one or none, or of another organization', async () => {
  expect(await receive(undefined, { secret: 'other' })).toMatchObject({
    rejection: { code: 'invalid_signature', status: 401 },
  });
  expect(await receive(undefined, { secret: '' })).toMatchObject({
    rejection: { code: 'missing_signature' },
  });
  expect(await receive(undefined, { secrets: [''] })).toMatchObject({ rejection: { code: 'no_secret' } });
  expect(await receive(undefined, { organizationId: '00D000000000002' })).toMatchObject({
    rejection: { code: 'unexpected_sender', status: 401 },
  });
  expect(await receive(undefined, { organizationId: '' })).toMatchObject({
    rejection: { code: 'missing_option' },
  });
});

it('is refused if it is not an outbound message', async () => {
  for (const body of [
    '',
    '{}',
    '<a/>',
    message().replace('OrganizationId', 'Other'),
    `<!DOCTYPE a>${message()}`,
  ]) {
    expect(await receive(body)).toMatchObject({ rejection: { code: 'malformed_body' } });
  }
});
