// Named steps with a line each: which one, of how many, and how long it has taken. Node builtins alone.
const started = performance.now();

export const seconds = (from, to = performance.now()) => `${((to - from) / 1000).toFixed(1)} s`;

/** Runs `[name, work]` pairs in order. `work` may return a word on what it did. */
export async function inSteps(steps) {
  for (const [index, [name, work]] of steps.entries()) {
    const from = performance.now();
    const label = `[${index + 1}/${steps.length}] ${name}`;
    console.log(`${label} ...`);
    const did = await work();
    console.log(`${label}: ${did ?? 'done'} (${seconds(from)}, ${seconds(started)} in all)`);
  }
}

/** Waits for work that takes long: says now and then how long it has taken, and the last line that it told. */
export async function reminding(label, work) {
  const from = performance.now();
  let last = '';
  const reminder = setInterval(() => console.log(`${label}: ${seconds(from)} so far; ${last.slice(0, 100)}`), 20_000);
  const onLine = (line) => {
    last = line;
  };
  return await work(onLine).finally(() => clearInterval(reminder));
}

/** Ends the program with a message and no stack where the cause is known. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    if (error.output) console.error(error.output);
    console.error(error.name === 'Error' || error.name === 'CommandFailed' ? `error: ${error.message}` : error);
    process.exitCode = 1;
  }
}
