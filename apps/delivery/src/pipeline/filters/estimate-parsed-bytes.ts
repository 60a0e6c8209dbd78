/**
 * Estimates the memory of parsed JSON by its brackets and commas, including those in strings, without parsing it.
 * Measured on 25 MB: at least half of what V8 holds for nearly empty arrays and objects, where a small text becomes
 * large.
 */
export function estimateParsedBytes(json: Uint8Array): number {
  let containers = 0;
  let commas = 0;
  for (const byte of json) {
    if (byte === 0x5b || byte === 0x7b) containers++;
    else if (byte === 0x2c) commas++;
  }
  return containers * 128 + commas * 32;
}
