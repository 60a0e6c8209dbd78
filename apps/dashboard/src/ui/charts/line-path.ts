/**
 * The `d` of an SVG path through values at equal distances. Where a value is missing, the line has a gap; a single value
 * between two gaps is a short dash.
 */
export function linePath(
  values: readonly (number | null)[],
  width: number,
  height: number,
  highest: number,
): string {
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  let path = '';
  let isDrawing = false;
  values.forEach((value, index) => {
    if (value === null) {
      isDrawing = false;
      return;
    }
    const x = rounded(index * step);
    const y = rounded(height - (Math.min(value, highest) / Math.max(highest, 1e-9)) * height);
    const next = values[index + 1];
    if (isDrawing) path += `L${x} ${y}`;
    else
      path +=
        next === null || next === undefined ? `M${rounded(x - 1)} ${y}H${rounded(x + 1)}` : `M${x} ${y}`;
    isDrawing = true;
  });
  return path;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
