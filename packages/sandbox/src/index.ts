// Depends on nothing of ours: code and text in, text out.
export { createSandbox, type Sandbox, type SandboxOptions } from './create-sandbox.ts';
export type { Conduct } from './offenders.ts';
export type { SandboxFailure, SandboxFailureKind, SandboxJob, SandboxResult } from './types.ts';
