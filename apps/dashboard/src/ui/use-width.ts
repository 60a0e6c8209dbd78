import { useLayoutEffect, useState } from 'react';

/** The width of an element in pixels, kept up to date. Give the function to the element as its `ref`. */
export function useWidth(): [setElement: (element: HTMLElement | null) => void, width: number | undefined] {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const [width, setWidth] = useState<number>();
  useLayoutEffect(() => {
    if (element === null) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return [setElement, width];
}
