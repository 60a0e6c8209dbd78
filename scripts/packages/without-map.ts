/** A compiled file without the comment that names its source map, which is not in the package. */
export function withoutMap(text: string): string {
  const at = text.lastIndexOf('//# sourceMappingURL=');
  return at === -1 ? text : text.slice(0, at);
}
