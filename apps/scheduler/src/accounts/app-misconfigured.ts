import { ApiError } from '@hookline/contracts';

/** The error of a call that fails because the provider does not accept the OAuth application. */
export function appMisconfigured(
  { appId, fault }: { readonly appId: string; readonly fault: string },
  cause?: unknown,
): ApiError {
  return new ApiError('app_misconfigured', {
    message: `The provider does not accept the OAuth application ${appId} (${fault}). Correct its client secret or its settings: GET /api/oauth-apps/${appId}/doctor says what is wrong. An operator does that for an application of the installation. To connect the account again does not help`,
    details: { appId, reason: 'app_misconfigured' },
    cause,
  });
}
