import { withoutByteOrderMark } from '@hookline/json';
import { fieldsOfQuery } from './form/form-fields.ts';
import type { InboundRequest } from './inbound-request.ts';

/** The views of one request. Each view has another form of the body in `rawBody`. */
export interface RequestViews {
  /** The bodies that may be signed, the likelier first: the decoded body, and the received body. */
  readonly signed: readonly [InboundRequest, ...InboundRequest[]];
  /** The content of the body: decoded, and without a byte order mark. */
  readonly content: InboundRequest;
}

/** Whether requests of the method have no body. Their data is the query. */
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
