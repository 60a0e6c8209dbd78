import { defineProvider } from '../presets/define-provider.ts';
import { secretInAddress } from '../presets/setup-steps.ts';
import { requireOption } from '../provider/source-options.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import { isJsonObject, textAt, valueAt } from '../request/json/json-access.ts';
import { createXmlReader } from '../request/xml/parse-xml.ts';
import { compileTokenScheme } from '../schemes/token.ts';

const MAX_BYTES = 1_048_576;
const ID = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;
const ACKNOWLEDGEMENT = `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>`;

const readXml = createXmlReader(MAX_BYTES, ['Notification']);
const token = compileTokenScheme({ token: { query: 'secret' } });

/**
 * Outbound messages: SOAP with up to a hundred notifications, each of which becomes an event of JSON. Nothing is
 * signed. The id of a session, which a message may hold, is never passed on.
 */
export const salesforce = defineProvider(
  {
    id: 'salesforce',
    name: 'Salesforce outbound messages',
    evidence: [
      {
        kind: 'official-docs',
        source:
          'https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging.htm',
        checkedOn: '2026-11-29',
      },
    ],
    identity: {
      id: { json: '/id' },
      names: 'the notification',
      unique: 'account',
      stable: true,
      retries: true,
      retriesForSeconds: 86_400,
    },
    setup: [
      'In Salesforce, under Setup, Company Information, copy the Organization ID and store it here as the option "organizationId".',
      ...secretInAddress({
        where: 'Setup, Outbound Messages, as the endpoint URL',
        notes: [
          'Do not choose Send Session ID: Hookline does not need it. Allow only the addresses of Salesforce if possible.',
        ],
      }),
    ],
    documentation:
      'https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging.htm',
    caution:
      'Nothing is signed: anyone who knows the address and the id of the organization can send any event.',
    options: {
      organizationId: {
        description: 'The Organization ID, of 15 or 18 characters.',
        required: true,
        check: (value) => (ID.test(value) ? undefined : 'The value must be an Organization ID.'),
      },
    },
    batch: '/notifications',
    type: [{ json: '/objectType' }],
    source: [{ json: '/organizationId' }],
    subject: { json: '/object/Id' },
  },
  {
    verify,
    checkSecret: token.checkSecret,
    readPayload(request) {
      const message = readMessage(request);
      return 'ok' in message
        ? message
        : Buffer.from(JSON.stringify({ notifications: message.notifications }), 'utf8');
    },
    answerTo: () => ({
      status: 200,
      headers: { 'content-type': 'text/xml; charset=utf-8' },
      body: ACKNOWLEDGEMENT,
    }),
  },
);

function verify(input: VerificationInput): VerificationResult {
  const organizationId = requireOption(input, 'organizationId');
  if (typeof organizationId !== 'string') return organizationId;
  const verification = token.verify(input);
  if (!verification.ok) return verification;
  const message = readMessage(input.request);
  // An unreadable body is reported when it is read. The last three of 18 characters are a checksum.
  return !('ok' in message) && message.organizationId.slice(0, 15) !== organizationId.slice(0, 15)
    ? reject('unexpected_sender', 'The message is from another organization than the configured one.')
    : verification;
}

interface OutboundMessage {
  readonly organizationId: string;
  readonly notifications: readonly object[];
}

function readMessage({ rawBody }: InboundRequest): OutboundMessage | Rejection {
  const document = readXml(rawBody);
  if (!document.ok) return document;
  const message = valueAt(document.value, 'Envelope', 'Body', 'notifications');
  const organizationId = textAt(message, 'OrganizationId');
  const list = valueAt(message, 'Notification');
  if (organizationId === undefined || !Array.isArray(list)) {
    return reject('malformed_body', 'The body must be a Salesforce outbound message.');
  }
  const actionId = textAt(message, 'ActionId');
  const notifications = list.map((notification) => {
    const members = Object.entries(valueAt(notification, 'sObject') ?? {});
    const type = members.find(([name]) => name === '@type')?.[1];
    return {
      id: textAt(notification, 'Id'),
      organizationId,
      actionId,
      objectType: typeof type === 'string' ? type.replace(/^.*:/, '') : undefined,
      object: Object.fromEntries(
        members.filter(([name, value]) => !name.startsWith('@') && !isJsonObject(value)),
      ),
    };
  });
  return { organizationId, notifications };
}
