import { randomBytes } from 'node:crypto';
import {
  countNouns,
  type EndpointVerification,
  ID_PREFIX,
  VERIFICATION_CHECKS,
  VERIFICATION_EVENT_TYPE,
  VERIFICATION_TIMEOUT_MS,
  type VerificationCheck,
  type VerificationCheckName,
} from '@hookline/contracts';
import type { AddressGuard } from '@hookline/outbound';
import { createIdFactory } from '@hookline/service';
import { generateSecret, generateSigningKeyPair } from '@hookline/signing';
import { type CatalogEndpoint, currentAt } from '../../endpoints/catalog/endpoint-catalog.ts';
import type { AttemptErrorCode, AttemptFailure } from '../../pipeline/delivery/attempt-errors.ts';
import { buildEnvelope } from '../../pipeline/delivery/request-content.ts';
import type { AuthorizedSender } from '../../pipeline/sending/authorized-sender.ts';
import { buildRequest, type RequestMaker, toBatch } from '../../pipeline/sending/build-request.ts';
import { classifyError } from '../../pipeline/sending/classify-outcome.ts';
import type { SendResult } from '../../pipeline/sending/send-request.ts';
import { type ShapingContext, shapeRequest } from '../../pipeline/sending/shape-request.ts';
import { unsentResult } from '../../pipeline/sending/unsent-result.ts';
import type { Transformer } from '../../pipeline/transformations/create-transformer.ts';
import { inspectCertificate } from './inspect-certificate.ts';

export interface VerificationContext {
  sender: AuthorizedSender;
  transformer: Transformer;
  compactor: ShapingContext['compactor'];
  guard: AddressGuard;
  userAgent: string;
  hopCounts: RequestMaker['hopCounts'];
  /** PEM. Replaces the certificate authorities of the machine. */
  certificateAuthorities?: string;
  /** For the whole verification. Default VERIFICATION_TIMEOUT_MS. */
  timeoutMs?: number;
}

export interface VerificationRequest {
  /** Whether a receiver counts as verified only if it echoes the challenge. */
  requireChallenge: boolean;
}

const nextEventId = createIdFactory(ID_PREFIX.event);

type Finding = Omit<VerificationCheck, 'name'>;

/** A verification sends no provider's request, so there is nothing to open. */
const nothingIsSealed = (_tenant: string, sealed: string) => sealed;

/** The age of the signature in the stale request. A receiver has to reject requests older than five minutes. */
const STALE_MS = 600_000;
/** With less time left than this no request is sent, because no answer would arrive in time. */
const MIN_REQUEST_MS = 250;
const SOON_DAYS = 14;

/** The error codes of requests that failed before they had an address to connect to. */
const WITHOUT_ADDRESS: ReadonlySet<AttemptErrorCode> = new Set([
  'address_not_allowed',
  'dns_error',
  'invalid_request',
]);
/** The error codes of requests that failed before a TCP connection was made. */
const WITHOUT_CONNECTION: ReadonlySet<AttemptErrorCode> = new Set([
  'connect_timeout',
  'connection_refused',
  'unreachable',
  'network_error',
]);
/** The error codes of requests that failed in the TLS handshake. */
const WITHOUT_TLS: ReadonlySet<AttemptErrorCode> = new Set([
  'certificate_expired',
  'certificate_untrusted',
  'certificate_mismatch',
  'client_certificate_refused',
  'client_certificate_invalid',
  'tls_error',
]);

/**
 * Sends valid and invalid requests to an endpoint, in the way that deliveries are sent, and reports the results to its
 * owner. The endpoint is verified if it accepted a valid request. If it also accepted an invalid request, the report
 * says so, but the endpoint still counts as verified: some receivers, such as the webhook address of a chat, cannot
 * verify signatures, and the owner decides whether to use them.
 */
export async function verifyEndpoint(
  context: VerificationContext,
  endpoint: CatalogEndpoint,
  { requireChallenge }: VerificationRequest,
): Promise<EndpointVerification> {
  const endsAtMs = performance.now() + (context.timeoutMs ?? VERIFICATION_TIMEOUT_MS);
  const challenge = randomBytes(16).toString('hex');
  const payload = Buffer.from(JSON.stringify({ challenge }));

  /** @returns undefined if there is no time left for the request */
  async function send(variant: {
    endpoint?: CatalogEndpoint;
    eventId?: string;
    signedAtMs?: number;
  }): Promise<SendResult | undefined> {
    const timeoutMs = Math.floor(Math.min(endpoint.timeoutMs, endsAtMs - performance.now()));
    if (timeoutMs < MIN_REQUEST_MS) return undefined;
    const event = {
      eventId: variant.eventId ?? nextEventId(),
      eventType: VERIFICATION_EVENT_TYPE,
      eventTime: new Date().toISOString(),
      payload,
    };
    const shaped = await shapeRequest({ ...context, openRequestSecret: nothingIsSealed }, endpoint, event);
    if ('failure' in shaped && shaped.failure) return unsentResult(shaped, shaped.failure);
    // A transformation may drop the event because it does not know its type. Then the untransformed event is sent.
    const content = shaped.content ?? { ...endpoint, body: buildEnvelope(event) };
    const message = endpoint.batching
      ? toBatch(endpoint, [{ delivery: event, content }])
      : { id: event.eventId, type: event.eventType, content };
    return context.sender.send(endpoint, {
      ...buildRequest(context, variant.endpoint ?? endpoint, message, variant.signedAtMs),
      partition: endpoint.tenantId,
      timeoutMs,
    });
  }

  const eventId = nextEventId();
  const [first, certificate] = await Promise.all([
    send({ eventId }),
    findCertificate(context, endpoint, endsAtMs - performance.now()),
  ]);
  const result = first as SendResult;
  const isAccepted = result.failure === undefined;
  const isEchoed = isAccepted && echoes(result.body, challenge);

  const findings: Record<VerificationCheckName, Finding> = {
    address: findAddress(endpoint, result),
    connection: findConnection(result),
    certificate,
    credentials: findCredentials(endpoint, result),
    signature: findSignature(result),
    response_time: findResponseTime(endpoint, result),
    challenge: findChallenge(endpoint, isAccepted, isEchoed, requireChallenge),
    duplicate: NOT_ACCEPTED,
    wrong_signature: NOT_ACCEPTED,
    stale_timestamp: NOT_ACCEPTED,
    rotation: NOT_ACCEPTED,
  };
  if (isAccepted) {
    findings.duplicate = findDuplicate(await send({ eventId }));
    findings.wrong_signature = findRejection(
      await send({ endpoint: withForeignSecrets(endpoint) }),
      'a request with a wrong signature',
      'anybody who knows the address can send it events. Verify the signature before anything else',
    );
    findings.stale_timestamp = findRejection(
      await send({ signedAtMs: Date.now() - STALE_MS }),
      'a request that was signed ten minutes ago',
      'anybody who has recorded a request can send it again. Reject requests that are more than five minutes old',
    );
    findings.rotation = await findRotation(endpoint, findings.wrong_signature.passed === false, () =>
      send({ endpoint: withNewestSecrets(endpoint) }),
    );
  }
  return {
    verified: isAccepted && (isEchoed || !requireChallenge),
    checks: VERIFICATION_CHECKS.map((name) => ({ name, ...findings[name] })),
  };
}

function finding(
  passed: boolean | null,
  text: string,
  result?: Pick<SendResult, 'status' | 'durationMs'>,
  details: Record<string, unknown> = {},
): Finding {
  return {
    passed,
    text,
    details: { ...(result?.status === undefined ? {} : { status: result.status }), ...details },
    durationMs: result === undefined ? null : Math.round(result.durationMs * 10) / 10,
  };
}

const NOT_ACCEPTED = finding(null, 'Not checked: the receiver must accept a valid request first');
const NO_TIME = finding(null, 'Not checked: the previous requests took too long');

const failedWith = (failure: AttemptFailure | undefined, codes: ReadonlySet<AttemptErrorCode>) =>
  failure !== undefined && codes.has(failure.code);

function findAddress({ url }: CatalogEndpoint, result: SendResult): Finding {
  const { failure, connection } = result;
  if (failure?.code === 'auth_failed')
    return finding(null, 'Not checked: no request was sent, because there were no credentials');
  if (failedWith(failure, WITHOUT_ADDRESS)) {
    const what =
      failure?.code === 'dns_error'
        ? 'Check the name and its entry in the public DNS'
        : 'Use a public address';
    return finding(false, `${failure?.message}. ${what}`, undefined, { host: url.hostname });
  }
  return finding(true, 'The address is allowed', undefined, {
    host: url.hostname,
    dnsMs: connection?.dnsMs ?? null,
  });
}

function findConnection({ failure, connection }: SendResult): Finding {
  if (failedWith(failure, WITHOUT_ADDRESS) || failure?.code === 'auth_failed')
    return finding(null, 'Not checked: no connection was attempted');
  if (failedWith(failure, WITHOUT_CONNECTION)) {
    const advice = 'Check that the server is running and that its firewall accepts connections from Hookline';
    return finding(false, `${failure?.message}. ${advice}`);
  }
  const { dnsMs, connectMs, tlsMs, httpVersion } = connection ?? {};
  const isConnected = connectMs !== undefined || connection?.isReused === true;
  if (!isConnected) return finding(false, failure?.message ?? 'No connection was made');
  if (failedWith(failure, WITHOUT_TLS))
    return finding(false, `${failure?.message}. See the check "certificate"`);
  return finding(true, 'The receiver can be reached', undefined, {
    dnsMs: dnsMs ?? null,
    connectMs: connectMs ?? null,
    tlsMs: tlsMs ?? null,
    httpVersion: httpVersion ?? null,
  });
}

async function findCertificate(
  { guard, certificateAuthorities }: VerificationContext,
  { url, auth }: CatalogEndpoint,
  timeoutMs: number,
): Promise<Finding> {
  if (url.protocol !== 'https:')
    return finding(null, 'The URL is http: requests can be read and changed in transit. Use https');
  const start = performance.now();
  const clientCertificate =
    auth?.type === 'mtls'
      ? { cert: auth.certificate, key: auth.privateKey, ca: auth.caCertificate }
      : undefined;
  try {
    const { failure, ...facts } = await inspectCertificate({
      url,
      guard,
      timeoutMs: Math.min(timeoutMs, 5_000),
      clientCertificate,
      certificateAuthorities,
    });
    const took = { status: undefined, durationMs: performance.now() - start };
    if (failure)
      return finding(
        false,
        `${failure.message}. ${CERTIFICATE_ADVICE[failure.code] ?? ''}`.trim(),
        took,
        facts,
      );
    const days = countNouns(facts.daysLeft, 'day');
    const text =
      facts.daysLeft < SOON_DAYS
        ? `The certificate is valid, but expires in ${days}: renew it`
        : `The certificate is valid for another ${days}`;
    return finding(true, text, took, facts);
  } catch (error) {
    return finding(null, `The certificate could not be read: ${classifyError(error).message}`);
  }
}

const CERTIFICATE_ADVICE: Partial<Record<AttemptErrorCode, string>> = {
  certificate_expired: 'Renew it',
  certificate_mismatch: 'Use a certificate for the name in the URL',
  certificate_untrusted:
    'Send the whole chain up to an authority that browsers trust, or set your own authority in auth.caCertificate',
};

function findCredentials({ auth }: CatalogEndpoint, { status, failure }: SendResult): Finding {
  if (auth === undefined) return finding(null, 'The endpoint has no credentials');
  if (failure?.code === 'auth_failed') return finding(false, failure.message);
  if (failure?.code === 'client_certificate_refused' || failure?.code === 'client_certificate_invalid')
    return finding(false, failure.message);
  if (status === 401 || status === 403 || status === 407)
    return finding(null, `The receiver answered ${status}: it refused the credentials or the signature`);
  if (failure?.code === 'connection_reset' && auth.type === 'mtls')
    return finding(null, `${failure.message}: perhaps it does not accept the client certificate`);
  if (status === undefined) return finding(null, 'Not checked: there was no answer');
  return finding(true, 'The credentials were sent, and the receiver did not refuse them');
}

function findSignature(result: SendResult): Finding {
  const { status, failure, headers } = result;
  if (!failure) return finding(true, 'The receiver accepted a valid request', result);
  if (status === undefined)
    return finding(failure.code === 'timeout' ? false : null, failure.message, result);
  if (failure.code === 'redirect') {
    const location = headers?.['location'];
    return finding(
      false,
      'The receiver answered with a redirect, and redirects are not followed: change the URL to the target of the redirect',
      result,
      location === undefined ? {} : { location },
    );
  }
  const advice =
    status === 401 || status === 403 || status === 400
      ? 'Check that it has the current secret and verifies the raw body before parsing it'
      : status === 404 || status === 405
        ? 'Check the path of the URL and the method'
        : 'Answer 2xx to valid requests';
  return finding(false, `The receiver answered ${status} to a valid request. ${advice}`, result);
}

function findResponseTime({ timeoutMs }: CatalogEndpoint, result: SendResult): Finding {
  const details = { timeoutMs };
  if (result.failure?.code === 'timeout') {
    const text = `${result.failure.message}. Answer at once and process the event afterwards`;
    return finding(false, text, result, details);
  }
  if (result.status === undefined) return finding(null, 'Not checked: there was no answer');
  const isQuick = result.durationMs <= timeoutMs / 2;
  return isQuick
    ? finding(true, `The answer took ${Math.round(result.durationMs)} ms`, result, details)
    : finding(
        false,
        `The answer took ${Math.round(result.durationMs)} ms, more than half of the timeout of ${timeoutMs / 1000} s. Answer at once and process the event afterwards`,
        result,
        details,
      );
}

function findChallenge(
  { batching }: CatalogEndpoint,
  isAccepted: boolean,
  isEchoed: boolean,
  isRequired: boolean,
): Finding {
  if (isEchoed) return finding(true, 'The receiver echoed the challenge: its owner wants these events');
  if (!isAccepted) return NOT_ACCEPTED;
  const where = batching ? 'data[0].data.challenge of a batch' : 'data.challenge';
  const how = `Answer webhook.verify with ${where}, as text or as JSON: {"challenge": "…"}`;
  return isRequired
    ? finding(false, `The receiver did not echo the challenge. ${how}`)
    : finding(null, `The receiver did not echo the challenge, which is optional. ${how}`);
}

function findDuplicate(result: SendResult | undefined): Finding {
  if (result === undefined) return NO_TIME;
  if (!result.failure) return finding(true, 'The same event, sent again, was accepted', result);
  const text = `${result.failure.message} when the same event was sent again. Answer 2xx to events that you have already handled: repeats are normal, and a refused event is retried`;
  return finding(false, text, result);
}

/** @param danger the consequence if the receiver does not reject such requests, and the advice */
function findRejection(result: SendResult | undefined, what: string, danger: string): Finding {
  if (result === undefined) return NO_TIME;
  const { status, failure } = result;
  if (!failure) return finding(false, `The receiver accepted ${what}: ${danger}`, result);
  if (status !== undefined && status >= 400 && status < 500 && status !== 429)
    return finding(true, `The receiver rejected ${what}`, result);
  return finding(
    null,
    `${failure.message}: this may be a rejection of ${what} or an unrelated error. Answer 401 to reject it`,
    result,
  );
}

async function findRotation(
  endpoint: CatalogEndpoint,
  acceptsAnything: boolean,
  sendWithNewest: () => Promise<SendResult | undefined>,
): Promise<Finding> {
  const nowMs = Date.now();
  const { algorithm } = endpoint.signing;
  const rotated = [
    ...(algorithm === 'ed25519' ? [] : currentAt(endpoint.secrets, nowMs).slice(1)),
    ...(algorithm === 'hmac' ? [] : currentAt(endpoint.signingKeys, nowMs).slice(1)),
  ];
  if (rotated.length === 0) return finding(null, 'No rotation is under way');
  if (acceptsAnything) return finding(null, 'Not checked: the receiver accepts any signature');
  const untilMs = Math.max(...rotated.map(({ expiresAtMs }) => expiresAtMs ?? 0));
  const until = new Date(untilMs).toISOString();
  const result = await sendWithNewest();
  if (result === undefined) return NO_TIME;
  return result.failure
    ? finding(
        false,
        `The receiver accepts requests that both the old and the new secret have signed, but not requests that only the new secret has signed. Give it the new secret before the old one expires at ${until}`,
        result,
        { until },
      )
    : finding(true, 'The receiver already has the new secret', result, { until });
}

/** Whether a body echoes the challenge: as the whole text, or as JSON. */
function echoes(body: Buffer | undefined, challenge: string): boolean {
  const text = body?.toString('utf8').trim() ?? '';
  if (text === challenge) return true;
  try {
    const parsed: unknown = JSON.parse(text);
    return (
      parsed === challenge ||
      (typeof parsed === 'object' &&
        parsed !== null &&
        (parsed as { challenge?: unknown }).challenge === challenge)
    );
  } catch {
    return false;
  }
}

/** The endpoint with new random secrets, so that every kind of signature is there and wrong. */
function withForeignSecrets(endpoint: CatalogEndpoint): CatalogEndpoint {
  const { privateKey, publicKey } = generateSigningKeyPair();
  return {
    ...endpoint,
    secrets: [{ secret: generateSecret(), expiresAtMs: undefined }],
    signingKeys: [{ secret: privateKey, publicKey, expiresAtMs: undefined }],
  };
}

function withNewestSecrets(endpoint: CatalogEndpoint): CatalogEndpoint {
  return {
    ...endpoint,
    secrets: endpoint.secrets.slice(0, 1),
    signingKeys: endpoint.signingKeys.slice(0, 1),
  };
}
