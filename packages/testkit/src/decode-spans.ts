/** A span as an OTLP receiver decodes it. */
export interface ReceivedSpan {
  /** `service.name` of the span's resource. */
  service: string;
  resource: Record<string, unknown>;
  traceId: string;
  spanId: string;
  /** Undefined if the span is the root of its trace. */
  parentSpanId: string | undefined;
  name: string;
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  durationMs: number;
  attributes: Record<string, unknown>;
  links: { traceId: string; spanId: string }[];
  isError: boolean;
}

const KINDS = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const STATUS_ERROR = 2;

/**
 * Decodes an ExportTraceServiceRequest. The field numbers are from opentelemetry-proto: trace/v1/trace.proto and
 * common/v1/common.proto.
 */
export function decodeSpans(body: Buffer): ReceivedSpan[] {
  return messages(body, 1).flatMap((resourceSpans) => {
    const resource = Object.fromEntries(
      messages(resourceSpans, 1).flatMap((each) => messages(each, 1).map(decodeAttribute)),
    );
    return messages(resourceSpans, 2).flatMap((scopeSpans) =>
      messages(scopeSpans, 2).map((span) => decodeSpan(span, resource)),
    );
  });
}

function decodeSpan(span: Buffer, resource: Record<string, unknown>): ReceivedSpan {
  const fields = [...readFields(span)];
  const bytes = (number: number) => fields.find((field) => field.number === number)?.bytes;
  const integer = (number: number) => fields.find((field) => field.number === number)?.integer ?? 0n;
  const status = bytes(15);
  return {
    service: String(resource['service.name']),
    resource,
    traceId: hex(bytes(1)) ?? '',
    spanId: hex(bytes(2)) ?? '',
    parentSpanId: hex(bytes(4)),
    name: bytes(5)?.toString() ?? '',
    kind: KINDS[Number(integer(6))] ?? 'internal',
    durationMs: Number(integer(8) - integer(7)) / 1e6,
    attributes: Object.fromEntries(messages(span, 9).map(decodeAttribute)),
    links: messages(span, 13).map((link) => ({
      traceId: hex(messages(link, 1)[0]) ?? '',
      spanId: hex(messages(link, 2)[0]) ?? '',
    })),
    isError:
      status !== undefined &&
      [...readFields(status)].some(
        ({ number, integer: code }) => number === 3 && code === BigInt(STATUS_ERROR),
      ),
  };
}

function decodeAttribute(pair: Buffer): [string, unknown] {
  const [key] = messages(pair, 1);
  const [value = Buffer.alloc(0)] = messages(pair, 2);
  const [field] = readFields(value);
  return [key?.toString() ?? '', field && decodeValue(field)];
}

function decodeValue({ number, bytes, integer }: Field): unknown {
  if (number === 1) return bytes?.toString() ?? '';
  if (number === 2) return integer === 1n;
  if (number === 3) return Number(integer);
  throw new Error(`attribute values of kind ${number} are not supported`);
}

/** An empty id counts as absent. */
const hex = (bytes: Buffer | undefined) => (bytes?.length ? bytes.toString('hex') : undefined);

/** The values of a field that is a message, text or bytes. */
const messages = (bytes: Buffer, number: number): Buffer[] =>
  [...readFields(bytes)].flatMap((field) => (field.number === number && field.bytes ? [field.bytes] : []));

interface Field {
  number: number;
  bytes?: Buffer;
  integer?: bigint;
}

/** The wire format of Protocol Buffers. */
function* readFields(bytes: Buffer): Generator<Field> {
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >> 3;
    const wireType = tag & 7;
    if (wireType === 0) yield { number, integer: varint() };
    else if (wireType === 1) {
      yield { number, integer: bytes.readBigUInt64LE(at) };
      at += 8;
    } else if (wireType === 2) {
      const length = Number(varint());
      yield { number, bytes: bytes.subarray(at, at + length) };
      at += length;
    } else if (wireType === 5) {
      yield { number, integer: BigInt(bytes.readUInt32LE(at)) };
      at += 4;
    } else throw new Error(`wire type ${wireType} at byte ${at}`);
  }
}
