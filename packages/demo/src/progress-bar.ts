const WIDTH = 30;

/** Shows the progress of work: one redrawn line on a terminal, and elsewhere a new line for each tenth. */
export function createProgressBar(label: string, total: number, out: NodeJS.WriteStream) {
  let done = 0;
  let shownTenth = -1;
  function draw(): void {
    const filled = Math.round((done / total) * WIDTH);
    const line = `${label.padEnd(10)} ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done}/${total}`;
    if (out.isTTY) {
      out.write(`\r${line}${done === total ? '\n' : ''}`);
      return;
    }
    const tenth = Math.floor((done / total) * 10);
    if (tenth === shownTenth) return;
    shownTenth = tenth;
    if (done === total) out.write(`${line}\n`);
  }
  return {
    set(value: number): void {
      if (value === done) return;
      done = Math.min(value, total);
      draw();
    },
  };
}
