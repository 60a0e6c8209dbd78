/** How people sign in at an identity provider by OpenID Connect. */
export interface OidcOptions {
  /** Its address, under which `/.well-known/openid-configuration` is. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** The claim of the ID token that has the role: `operator`, `operator_readonly`, `tenant` or `tenant_readonly`. */
  roleClaim: string;
  /** The claim that names the tenant; undefined: tenants cannot sign in. */
  tenantClaim: string | undefined;
  /** What is asked of the provider, `openid` included. */
  scope: string;
}
