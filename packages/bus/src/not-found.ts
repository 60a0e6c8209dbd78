/** JetStream says that there is no such stream. */
export const isStreamNotFound = (error: unknown): boolean => hasErrCode(error, 10_059);

/** JetStream says that there is no such consumer. */
export const isConsumerNotFound = (error: unknown): boolean => hasErrCode(error, 10_014);

/** The client puts JetStream's `err_code` into `code`. */
function hasErrCode(error: unknown, code: number): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === code;
}
