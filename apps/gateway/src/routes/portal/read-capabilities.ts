import { capabilitiesWithoutEvents, PORTAL_CAPABILITIES, type PortalCapability } from '@hookline/contracts';
import { invalidFields } from '@hookline/service';

const READ_ONLY = PORTAL_CAPABILITIES.filter((each) => each.endsWith(':view'));

/** The capabilities that a body asks for, each once. @throws ApiError `invalid_request` */
export function readCapabilities(body: {
  capabilities?: readonly PortalCapability[];
  readOnly?: boolean;
}): PortalCapability[] {
  const { capabilities, readOnly = false } = body;
  if (readOnly && capabilities) {
    throw invalidFields({
      path: 'body/readOnly',
      message: 'does not go with capabilities: send one of them',
    });
  }
  if (readOnly) return READ_ONLY;
  if (!capabilities) {
    throw invalidFields({
      path: 'body/capabilities',
      message: `is missing: a list of ${PORTAL_CAPABILITIES.join(', ')}, or send "readOnly": true`,
    });
  }
  const [unfit] = capabilitiesWithoutEvents(capabilities);
  if (unfit !== undefined) {
    throw invalidFields({
      path: 'body/capabilities',
      message: `has ${unfit} without events:view: deliveries show the payloads of their events`,
    });
  }
  return PORTAL_CAPABILITIES.filter((each) => capabilities.includes(each));
}
