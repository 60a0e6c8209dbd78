const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Whether a text is a W3C trace context, version 00. */
export const isTraceparent = (text: string): boolean => TRACEPARENT.test(text);

export interface ParsedTraceparent {
  traceId: string;
  spanId: string;
  traceFlags: number;
}

/** @returns undefined when the text is not a W3C trace context, version 00 */
export function parseTraceparent(text: string | null | undefined): ParsedTraceparent | undefined {
  if (text == null || !isTraceparent(text)) return undefined;
  const [, traceId, spanId, flags] = text.split('-') as [string, string, string, string];
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) };
}
