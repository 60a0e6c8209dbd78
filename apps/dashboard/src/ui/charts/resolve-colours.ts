/** The colours of tokens as a canvas understands them, in the theme of the element. */
export function resolveColours(
  element: HTMLElement,
  tokens: readonly string[],
): Readonly<Record<string, string>> {
  const probe = document.createElement('span');
  element.append(probe);
  const colours = Object.fromEntries(
    tokens.map((token) => {
      probe.style.color = `var(--color-${token})`;
      return [token, getComputedStyle(probe).color];
    }),
  );
  probe.remove();
  return colours;
}
