/** Several pieces of work at a time, their results in order. */

export async function inParallel<T>(
  works: readonly (() => Promise<T>)[],
  atOnce: number,
): Promise<readonly T[]> {
  const results: T[] = [];
  const waiting = works.entries();
  const worker = async (): Promise<void> => {
    for (const [index, work] of waiting) results[index] = await work();
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, works.length) }, worker));
  return results;
}
