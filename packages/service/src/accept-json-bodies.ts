import { ApiError } from '@hookline/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ACCEPTED_CODINGS, type DecodedContent, decodeContent, readCodings } from './decode-content.ts';

export interface JsonBodiesOptions {
  /** Largest body, as received and as decoded. Default: the server's limit. */
  bodyLimit?: number;
  /** @param bytes without Content-Encoding and byte order mark, at least one. @throws ApiError `malformed_body` */
  parse(bytes: Buffer, request: FastifyRequest): unknown;
}

/**
 * Accepts JSON under each Content-Type that senders use for it: `application/json`, any `+json`, a text that is no media
 * type (`json`, an empty or doubled header), or no header; plain or compressed; with or without a byte order mark. A body
 * of another type is refused with a reason. An empty body counts as no body.
 */
export function acceptJsonBodies(app: FastifyInstance, options: JsonBodiesOptions): void {
  const { parse } = options;
  const bodyLimit = options.bodyLimit ?? app.initialConfig.bodyLimit ?? DEFAULT_BODY_LIMIT;

  function parseBytes(bytes: Buffer, request: FastifyRequest, done: Done): void {
    let value: unknown;
    try {
      value = parse(withoutByteOrderMark(bytes), request);
    } catch (error) {
      done(error as Error);
      return;
    }
    done(null, value);
  }

  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('*', { parseAs: 'buffer', bodyLimit }, (request, body, done) => {
    // Scripts send the header also with calls that have no body.
    if (body.length === 0) {
      done(null, undefined);
      return;
    }
    if (!saysJson(request.headers['content-type'])) {
      const message = 'Send the body as JSON, with the header content-type: application/json';
      done(new ApiError('unsupported_media_type', { message }));
      return;
    }
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined) {
      parseBytes(body, request, done);
      return;
    }
    const { unknown, strange } = readCodings(encoding);
    if (unknown !== undefined) {
      done(unknownCoding(unknown));
      return;
    }
    decodeContent(body, encoding, bodyLimit).then(
      (decoded) => {
        const problem = problemOf(decoded);
        if (problem) done(problem);
        else parseBytes(decoded.kind === 'decoded' ? decoded.bytes : body, request, blaming(strange, done));
      },
      (error: Error) => done(error),
    );
  });
}

type Done = (error: Error | null, body?: unknown) => void;

/** Fastify's own error. */
const DEFAULT_BODY_LIMIT = 1_048_576;

const MAX_SHOWN = 50;

/** A body that is no JSON is probably encoded as its header says, in a way that nobody knows. */
function blaming(strange: string | undefined, done: Done): Done {
  if (strange === undefined) return done;
  return (error, body) => {
    const isUnreadable = error instanceof ApiError && error.code === 'malformed_body';
    done(isUnreadable ? unknownCoding(strange.slice(0, MAX_SHOWN)) : error, body);
  };
}

export function unknownCoding(coding: string): ApiError {
  return new ApiError('unsupported_media_type', {
    message: `The body is encoded with ${coding}; this call accepts ${ACCEPTED_CODINGS}`,
  });
}

export function decodedTooLarge(maxBytes: number): ApiError {
  return new ApiError('payload_too_large', {
    message: `The decompressed body has more than ${maxBytes} bytes`,
  });
}

function problemOf(decoded: DecodedContent): ApiError | undefined {
  if (decoded.kind === 'too_large') return decodedTooLarge(decoded.maxBytes);
  return decoded.kind === 'damaged'
    ? new ApiError('malformed_body', { message: decoded.problem })
    : undefined;
}

/** The header is undefined if it is not a media type. */
function saysJson(contentType: string | undefined): boolean {
  const [mediaType = ''] = (contentType ?? '').split(';', 1);
  return mediaType === '' || /[/+]json\s*$/i.test(mediaType);
}

function withoutByteOrderMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
