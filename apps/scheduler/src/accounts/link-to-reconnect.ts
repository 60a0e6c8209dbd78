/** The body of `POST /api/connections/links` for a link by which a person connects an account again. */
export const linkToReconnect = ({ provider, id }: { readonly provider: string; readonly id: string }) => ({
  provider,
  connectionId: id,
});
