import { withoutByteOrderMark } from '@hookline/json';
import { fieldsOfQuery } from './form/form-fields.ts';
import type { InboundRequest } from './inbound-request.ts';

/** One request as it is looked at. `rawBody` of each view is the body that is meant. */
export interface RequestViews {
  /** What may have been signed, the likelier first: the body without its Content-Encoding, and the body as received. */
  readonly signed: readonly [InboundRequest, ...InboundRequest[]];
  /** What the body says: without Content-Encoding and byte order mark. */
  readonly content: InboundRequest;
}

/** Whether the method is one whose requests have no body: their data is the query. */
export function isBodiless({ method }: InboundRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

export function viewsOf(request: InboundRequest): RequestViews {
  const received = isBodiless(request) ? { ...request, form: fieldsOfQuery(request.query) } : request;
  const { decodedBody } = received;
  const decoded = decodedBody === undefined ? received : { ...received, rawBody: decodedBody };
  const content = withoutByteOrderMark(decoded.rawBody);
  return {
    signed: decoded === received ? [received] : [decoded, received],
    content: content === decoded.rawBody ? decoded : { ...decoded, rawBody: content },
  };
}
