import type { ConnectionSpecifications } from '../connections/connection-specifications.ts';
import type { PresetDefinition } from '../presets/preset-definition.ts';
import type { Rejection } from '../rejection.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import type { ProviderIdentity } from './event-identity.ts';
import type { Evidence } from './evidence.ts';
import type { HarmfulStatuses, TimedAnswer } from './http-answer.ts';
import type {
  HandshakeConfig,
  HandshakeResult,
  Interpretation,
  InterpretationContext,
} from './interpretation.ts';
import type { CloudEventMembers } from './normalized-event.ts';
import type { RequestMethod } from './request-methods.ts';
import type { SourceOption } from './source-options.ts';
import type { VerificationInput, VerificationResult, VerificationScheme } from './verification.ts';

/** Everything that Hookline knows about a provider. One small file per provider in `providers/`. */
export interface Provider extends Omit<VerificationScheme, 'verify'>, ConnectionSpecifications {
  /** Never rejects or throws, whatever the request. Returns a promise if it may have to fetch keys. */
  verify(input: VerificationInput): VerificationResult | Promise<VerificationResult>;
  /** The name in paths, event types and configuration. */
  readonly id: string;
  /** Other names for paths and configuration. */
  readonly aliases?: readonly string[];
  /** The name shown to people. */
  readonly name: string;
  readonly evidence: readonly Evidence[];
  /** How its events are told apart, and whether it retries. */
  readonly identity: ProviderIdentity;
  /** How to connect it: steps for a person in the provider's settings, one line each. */
  readonly setup: readonly string[];
  /** Address of the provider's documentation of its webhooks. */
  readonly documentation?: string;
  /**
   * Whether a source needs a secret. Default `required`. `none`: verification needs only the source's options.
   * `optional`: an option may replace the secret.
   */
  readonly secret?: 'required' | 'optional' | 'none';
  /** By name; see `VerificationInput.options`. */
  readonly options?: Readonly<Record<string, SourceOption>>;
  /** A warning for the operator if the signature covers only part of the body, or none of it. */
  readonly caution?: string;
  /** Lower-case names of the headers that mark a retry: its number and its reason. */
  readonly retryHeaders?: { readonly number: string; readonly reason: string };
  /** HTTP methods of its webhooks. Default POST. A source may choose others if `options` has `methods`. */
  readonly methods?: readonly RequestMethod[];
  /** Answers the provider's unsigned questions; it must not store or reveal anything. */
  handshake?(request: InboundRequest, config: HandshakeConfig): HandshakeResult | undefined;
  /**
   * Checks headers that the provider always sends beside the signature. Called after verification. `checkUserAgent`:
   * whether the User-Agent must be the provider's too.
   */
  validate?(request: InboundRequest, options: { readonly checkUserAgent: boolean }): Rejection | undefined;
  /** Reads a verified request. Never throws, whatever the body. */
  interpret(request: InboundRequest, context?: InterpretationContext): Interpretation;
  /** The answer to a stored event, and how long the provider waits for it. */
  readonly answer: TimedAnswer;
  /**
   * Members that the provider always sends, such as `type`, named in the refusal of a signed `{}`: an empty object
   * makes no meaningful event. A body that lacks only some of the members is accepted.
   */
  readonly alwaysSends?: readonly [string, ...string[]];
  /** Statuses with a harmful effect at the provider. Refusals use another status. */
  readonly harmfulStatuses?: HarmfulStatuses;
  /** Environment variables that set a secret for the whole installation, the usual variable first. */
  readonly environment: { readonly secrets: readonly string[]; readonly verifyTokens?: readonly string[] };
  /** Its own attributes in CloudEvents that it sends in batched mode. */
  readonly cloudEvents?: CloudEventMembers;
  /** Types to choose from in a subscription, without the action. Types that are not listed are accepted too. */
  readonly eventTypes: readonly string[];
  /** Its event names contain no dot, and a longer type ends in the action: `issues.opened`. */
  readonly actionInType?: true;
  /** The definition of a provider that needs no code. */
  readonly preset?: PresetDefinition;
}
