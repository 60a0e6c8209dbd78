/** True if JetStream reports that the stream does not exist. */
export const isStreamNotFound = (error: unknown): boolean => hasErrCode(error, 10_059);

/** True if JetStream reports that the consumer does not exist. */
export const isConsumerNotFound = (error: unknown): boolean => hasErrCode(error, 10_014);

/** The client puts JetStream's `err_code` into `code`. */
function hasErrCode(error: unknown, code: number): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === code;
}
