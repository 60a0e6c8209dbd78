import { checkAllowedIp, invalidFields } from '@hookline/service';

/** @throws ApiError `invalid_request` that names each entry that is neither an address nor a network */
export function checkAllowedAddresses(entries: readonly string[]): void {
  const [first, ...others] = entries.flatMap((entry, index) => {
    const problem = checkAllowedIp(entry);
    return problem === undefined ? [] : [{ path: `body/allowedAddresses/${index}`, message: problem }];
  });
  if (first) throw invalidFields(first, ...others);
}
