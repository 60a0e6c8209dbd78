import type { Oracle } from './oracle.ts';

const organizationId = '00D000000000062EAA';

export const oracle: Oracle = {
  provider: 'salesforce',
  source:
    'https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging_notifications.htm',
  secrets: ['arandomtextoflettersanddigits1', 'arandomtextoflettersanddigits2'],
  options: { organizationId },
  covers: 'nothing',
  signatureHeaders: [],
  contentType: 'text/xml; charset=utf-8',
  body: `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>${organizationId}</OrganizationId><ActionId>04k000000000001AAA</ActionId><SessionId xsi:nil="true"/><EnterpriseUrl>https://example.my.salesforce.com/services/Soap/c/59.0/00D</EnterpriseUrl><PartnerUrl>https://example.my.salesforce.com/services/Soap/u/59.0/00D</PartnerUrl><Notification><Id>04l000000000001AAA</Id><sObject xsi:type="sf:Account" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>001000000000001AAA</sf:Id></sObject></Notification></notifications></soapenv:Body></soapenv:Envelope>`,
  // Unsigned: the secret is a part of the address that its owner entered.
  sign: ({ url, secret }) => ({ headers: { soapaction: '""' }, url: `${url}?secret=${secret}` }),
};
