// Ratios within one run: each round measures the bare baseline and the product one after the other, so that whatever else the
// machine does hits both. The median of the rounds' ratios is the figure; the spread is half the distance between the quartiles.

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

/**
 * @param {{ name: string, target: number, lowerIsBetter?: boolean, baseline: () => Promise<number>, measured: () => Promise<number> }} figure
 *   `baseline` and `measured` answer a rate, more being better, and `target` is the least ratio of the two; with `lowerIsBetter` they
 *   answer times, and it is the greatest
 */
export async function measure({ name, target, lowerIsBetter = false, baseline, measured }, rounds) {
  await baseline();
  await measured();
  const ratios = [];
  const baselines = [];
  for (let round = 0; round < rounds; round++) {
    const bare = await baseline();
    baselines.push(bare);
    ratios.push((await measured()) / bare);
  }
  ratios.sort((a, b) => a - b);
  baselines.sort((a, b) => a - b);
  const ratio = round2(quantile(ratios, 0.5));
  const spread = round2((quantile(ratios, 0.75) - quantile(ratios, 0.25)) / 2);
  const pass = lowerIsBetter ? ratio <= target : ratio >= target;
  return { name, baseline: readable(quantile(baselines, 0.5)), ratio, spread, target, pass };
}

/**
 * Measures what a module exports under a name: a function that prepares a figure for a handler's URL, or several. One that cannot be
 * measured here says so and answers nothing.
 */
export async function measureFigures(module, name, url, rounds) {
  const exported = await import(new URL(module, import.meta.url));
  const results = [];
  for (const prepare of [exported[name]].flat()) {
    const prepared = await prepare(url);
    if (!prepared) continue;
    const { close, also, rounds: own = rounds, ...figure } = prepared;
    results.push(await measure(figure, own));
    if (also) results.push(also());
    await close();
  }
  return results;
}

const readable = (n) => (n >= 100 ? Math.round(n) : round2(n));
const round2 = (n) => Math.round(n * 100) / 100;

/** Runs `work(n)` for n = 0 … count-1 with `slots` at once, and answers how many were done in a second. */
export async function rate(count, slots, work) {
  let next = 0;
  const slot = async () => {
    while (next < count) await work(next++);
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: slots }, slot));
  return count / ((performance.now() - startedAt) / 1000);
}
