import { ApiError, countNouns, type Diagnosis } from '@hookline/contracts';
import {
  type InboundRequest,
  type NormalizedEvent,
  type Rejection,
  receiveWebhook,
  type VerificationInput,
  verifyWebhook,
} from '@hookline/providers';
import { openRequest } from '../inbound/open-request.ts';
import { explainRejection, type OtherSource } from '../rejections/explain-rejection.ts';
import { type Explanation, explainCode } from '../rejections/explanation.ts';
import { holderOfSource } from '../rejections/secret-holder.ts';
import type { ActiveSource } from '../sources/active-source.ts';
import { createStepNotes, type StepNotes, stepOfCode } from './diagnosis-steps.ts';

export interface DiagnoseInput {
  source: ActiveSource;
  isActive: boolean;
  /** Other sources of the same tenant and provider. */
  others: readonly OtherSource[];
  /** The environment's secrets for the provider. */
  environmentSecrets: readonly string[];
  request: InboundRequest;
  /** Whether the request named its URL. */
  hasUrl: boolean;
  /** Whether `receivedAtMs` is the time of receipt, not the present time. */
  isTimeKnown: boolean;
  clientAddress: string | undefined;
  /** Origin that providers call. */
  publicUrl: string;
  /** Size limit of a request, as received and decoded. */
  maxBodyBytes: number;
  fetchPublished?: VerificationInput['fetchPublished'];
}

const MAX_EVENTS = 20;
/** So far away that every signed timestamp is out of tolerance; the verifier then reports the age. */
const FAR_MS = 10 * 365 * 86_400_000;

/**
 * Predicts, step by step, what ingest would do with a request. Nothing is stored. Everyone with the tenant's API key
 * may read the result: it contains no secret and no correct signature, and no handshake is answered, because some
 * providers' handshakes sign what they are sent.
 */
export async function diagnoseRequest(input: DiagnoseInput): Promise<Diagnosis> {
  const notes = createStepNotes();
  const cause = noteAddress(input, notes);
  const outcome = await noteRequest(input, notes);
  const explanation = cause ?? outcome.explanation;
  const steps = notes.list();
  return {
    accepted: steps.every(({ ok }) => ok !== false),
    steps,
    cause: explanation?.cause ?? null,
    hint: explanation?.hint ?? null,
    wouldMatch: explanation?.wouldMatch ?? null,
    events: outcome.events,
  };
}

interface Outcome {
  explanation?: Explanation | undefined;
  events: Diagnosis['events'];
}

/** @returns why the request would be refused before verification */
function noteAddress(input: DiagnoseInput, notes: StepNotes): Explanation | undefined {
  const { source, isActive, request, hasUrl, clientAddress } = input;
  const token = /^\/in\/([^/]+)\/?$/.exec(new URL(request.url).pathname)?.[1];
  if (!isActive) {
    notes.fail('address', 'The source is switched off and refuses every request.');
    return {
      cause: 'address_unknown',
      hint: 'The source is switched off. Set `active` to true.',
      wouldMatch: null,
    };
  }
  if (hasUrl && token !== undefined && token !== source.token) {
    notes.fail('address', "The URL is not this source's address.");
    return explainCode('source_not_found');
  }
  if (clientAddress === undefined) {
    notes.set(
      'address',
      true,
      'The request is for this source. Set clientAddress to check it against allowedIps.',
    );
    return undefined;
  }
  if (source.allowsAddress(clientAddress)) {
    notes.set('address', true, `The request is for this source, and ${clientAddress} may send.`);
    return undefined;
  }
  notes.fail('address', `${clientAddress} is not in allowedIps.`);
  return explainCode('address_not_allowed');
}

async function noteRequest(input: DiagnoseInput, notes: StepNotes): Promise<Outcome> {
  const { source } = input;
  const { provider } = source;
  let request: InboundRequest;
  try {
    request = await openRequest(input.request, input.maxBodyBytes);
  } catch (error) {
    if (error instanceof ApiError) return noteRefusal(notes, { code: error.code, message: error.message });
    throw error;
  }
  const reception = await receiveWebhook(provider, {
    ...inputOf(input),
    request,
    verifyTokens: source.verifyTokens,
  });
  if (reception.kind === 'answered') {
    notes.set(
      'event',
      true,
      `This is a handshake of ${provider.name}. It is answered and produces no event.`,
    );
    return { events: [] };
  }
  const secretIndex = reception.secretIndex;
  if (reception.kind === 'rejected' && (reception.check === 'handshake' || reception.check === 'method')) {
    return noteRefusal(notes, reception.rejection);
  }
  const refusal = reception.kind === 'rejected' ? reception.rejection : undefined;
  const unsigned = secretIndex === undefined ? refusal : undefined;
  await noteTimestamp(input, request, unsigned, notes);
  if (unsigned !== undefined) {
    noteRefused(request, unsigned, notes);
    const explanation = await explainRejection({
      holder: holderOfSource(source),
      others: input.others,
      environmentSecrets: input.environmentSecrets,
      request,
      rejection: unsigned,
      isSigned: false,
      publicUrl: input.publicUrl,
    });
    return { explanation, events: [] };
  }
  noteSignature(source, secretIndex ?? -1, notes);
  if (refusal !== undefined) return noteRefusal(notes, refusal);
  notes.set('headers', true, 'Every header of the signature is present once and in the right format.');
  notes.set('body', true, `${request.rawBody.length} bytes, as ${provider.name} sends them.`);
  return noteEvents(source, reception.kind === 'events' ? reception.events : [], notes);
}

function noteRefusal(
  notes: StepNotes,
  { code, message, details }: Pick<Rejection, 'message' | 'details'> & { code: string },
): Outcome {
  notes.fail(stepOfCode(code), message);
  return { explanation: explainCode(code, details), events: [] };
}

/** The input of the verifier, as in the handler, except that an unknown time of receipt is not checked. */
function inputOf({
  source,
  request,
  isTimeKnown,
  clientAddress,
  fetchPublished,
}: DiagnoseInput): VerificationInput {
  const { secrets, toleranceSeconds, options } = source;
  return {
    request,
    secrets,
    options,
    fetchPublished,
    addressAllowed:
      source.namesAddresses && clientAddress !== undefined && source.allowsAddress(clientAddress),
    toleranceSeconds: isTimeKnown ? toleranceSeconds : null,
  };
}

async function noteTimestamp(
  input: DiagnoseInput,
  request: InboundRequest,
  unsigned: Rejection | undefined,
  notes: StepNotes,
): Promise<void> {
  if (unsigned?.code === 'timestamp_out_of_tolerance') {
    notes.fail('timestamp', unsigned.message);
    return;
  }
  const { isTimeKnown } = input;
  const later = { ...request, receivedAtMs: request.receivedAtMs + FAR_MS };
  const probe = await verifyWebhook(input.source.provider, {
    ...inputOf(input),
    request: later,
    toleranceSeconds: 0,
  });
  if (probe.ok) {
    notes.set('timestamp', null, 'This provider does not sign a time.');
    return;
  }
  const ageSeconds = Number(probe.details?.['ageSeconds']) - FAR_MS / 1000;
  if (probe.code !== 'timestamp_out_of_tolerance' || Number.isNaN(ageSeconds)) return;
  const detail = `Signed ${ageSeconds} s before ${isTimeKnown ? 'it was received' : 'now'}.`;
  if (isTimeKnown) notes.set('timestamp', true, detail);
  else notes.set('timestamp', null, `${detail} Set receivedAt to check the tolerance.`);
}

function noteRefused(request: InboundRequest, { code, message, details }: Rejection, notes: StepNotes): void {
  if (code !== 'timestamp_out_of_tolerance') notes.fail(stepOfCode(code), message);
  else if (details?.['signatureMatches'] === true) notes.set('signature', true, 'The signature is right.');
  else notes.fail('signature', 'The signature does not match either.');
  const said = Number(request.headers['content-length']?.[0]);
  if (!Number.isNaN(said) && said !== request.rawBody.length) {
    notes.set(
      'body',
      false,
      `Content-Length is ${said} bytes, but the body has ${request.rawBody.length}: this is not the body that was sent.`,
    );
  } else
    notes.set(
      'body',
      null,
      `${request.rawBody.length} bytes. A body is read only after its signature was found right.`,
    );
}

function noteSignature(source: ActiveSource, secretIndex: number, notes: StepNotes): void {
  const day = source.secretsSetAt[secretIndex]?.slice(0, 10);
  const caution = source.provider.caution === undefined ? '' : ` ${source.provider.caution}`;
  let detail = 'The signature is right.';
  if (day !== undefined) detail = `Signed with the secret set on ${day}.`;
  if (secretIndex > 0) {
    detail += ' This is the secret before the last change: the provider does not use the new one yet.';
  }
  notes.set('signature', true, detail + caution);
}

function noteEvents(source: ActiveSource, events: readonly NormalizedEvent[], notes: StepNotes): Outcome {
  const types = [...new Set(events.map(({ type }) => type))];
  const wanted = types.filter((type) => source.wantsType?.(type) ?? true);
  const shown = events.slice(0, MAX_EVENTS).map(toShown);
  if (types.length > 0 && wanted.length === 0) {
    notes.fail('event', `The source does not store events of the type ${types.join(', ')}.`);
    return { explanation: explainCode('filtered'), events: shown };
  }
  const left = types.length - wanted.length;
  const also =
    left === 0
      ? ''
      : ` ${countNouns(left, 'other type is', 'other types are')} excluded by the source's filter.`;
  notes.set('event', true, `The request becomes ${wanted.join(', ') || 'no event'}.${also}`);
  return { events: shown };
}

function toShown(event: NormalizedEvent): Diagnosis['events'][number] {
  const { type, source, subject, timeMs, deliveryId: providerDeliveryId, action, repository } = event;
  return {
    type,
    source,
    ...(subject === undefined ? {} : { subject }),
    ...(timeMs === undefined ? {} : { time: new Date(timeMs).toISOString() }),
    ...(providerDeliveryId === undefined ? {} : { providerDeliveryId }),
    ...(action === undefined ? {} : { action }),
    ...(repository === undefined ? {} : { repository }),
  };
}
