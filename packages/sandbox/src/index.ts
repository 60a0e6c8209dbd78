// Depends on no other package of Hookline: takes code and text, returns text.
export { createSandbox, type Sandbox, type SandboxOptions } from './create-sandbox.ts';
export type { Conduct } from './offenders.ts';
export type { SandboxFailure, SandboxFailureKind, SandboxJob, SandboxResult } from './types.ts';
