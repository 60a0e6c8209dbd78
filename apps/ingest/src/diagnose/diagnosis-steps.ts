import type { DiagnosisStep, DiagnosisStepName } from '@hookline/contracts';

const STEPS: readonly DiagnosisStepName[] = ['address', 'headers', 'timestamp', 'signature', 'body', 'event'];

/**
 * The step at which a request fails, by the code of its rejection. Codes that are not listed fail at `address`.
 */
const STEP_OF_CODE: Readonly<Record<string, DiagnosisStepName>> = {
  missing_signature: 'headers',
  malformed_signature: 'headers',
  missing_timestamp: 'headers',
  malformed_timestamp: 'headers',
  missing_header: 'headers',
  missing_event_header: 'headers',
  missing_delivery_header: 'headers',
  duplicate_header: 'headers',
  malformed_header: 'headers',
  invalid_user_agent: 'headers',
  unsupported_media_type: 'headers',
  timestamp_out_of_tolerance: 'timestamp',
  invalid_signature: 'signature',
  no_secret: 'signature',
  invalid_secret: 'signature',
  missing_option: 'signature',
  keys_unavailable: 'signature',
  ignored_signature: 'signature',
  unexpected_sender: 'signature',
  invalid_option: 'signature',
  no_allow_list: 'signature',
  invalid_tolerance: 'signature',
  no_verify_token: 'signature',
  invalid_verify_token: 'signature',
  malformed_handshake: 'signature',
  malformed_body: 'body',
  incomplete_body: 'body',
  body_too_deep: 'body',
  missing_form_payload: 'body',
  payload_too_large: 'body',
  incomplete_request: 'body',
  filtered: 'event',
  withheld: 'event',
  rate_limited: 'event',
};
/** The steps before each step: they passed when it fails. */
const PASSED_BEFORE: Readonly<Record<DiagnosisStepName, readonly DiagnosisStepName[]>> = {
  address: [],
  headers: ['address'],
  timestamp: ['address', 'headers'],
  signature: ['address', 'headers'],
  body: ['address', 'headers', 'timestamp', 'signature'],
  event: ['address', 'headers', 'timestamp', 'signature', 'body'],
};
const NOT_REACHED = 'Not reached.';

export function stepOfCode(code: string): DiagnosisStepName {
  return STEP_OF_CODE[code] ?? 'address';
}

/** Collects the result of each step. A step without a result was not reached. */
export interface StepNotes {
  set(step: DiagnosisStepName, ok: boolean | null, detail: string): void;
  /** Notes that a step failed and that the steps before it passed. */
  fail(step: DiagnosisStepName, detail: string): void;
  /** In the order of the checks. */
  list(): DiagnosisStep[];
}

export function createStepNotes(): StepNotes {
  const notes = new Map<DiagnosisStepName, DiagnosisStep>();
  return {
    set(step, ok, detail) {
      notes.set(step, { step, ok, detail });
    },
    fail(step, detail) {
      for (const passed of PASSED_BEFORE[step]) {
        if (!notes.has(passed)) notes.set(passed, { step: passed, ok: true, detail: 'Passed.' });
      }
      notes.set(step, { step, ok: false, detail });
    },
    list: () => STEPS.map((step) => notes.get(step) ?? { step, ok: null, detail: NOT_REACHED }),
  };
}
