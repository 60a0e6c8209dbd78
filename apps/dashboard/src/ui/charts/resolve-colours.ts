/** The colours of tokens as a canvas understands them, in the theme of the element. */
export function resolveColours(
  element: HTMLElement,
  tokens: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(tokens.map((token) => [token, resolveColour(element, token)]));
}

/** A probe for each token: the colour of one probe would change by a transition, and still be the one before. */
function resolveColour(element: HTMLElement, token: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(--color-${token})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
