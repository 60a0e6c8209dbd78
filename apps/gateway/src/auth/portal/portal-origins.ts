/** Which addresses a portal session may name. */
export interface PortalOrigins {
  /** Origins that a portal may lead back to. Empty: any https origin, and http on the local machine. */
  return: readonly string[];
  /** Origins that the portal's logos come from. Empty: there are no logos. */
  logo: readonly string[];
}
