/** Strongly connected parts of a directed graph, so that circles are walked once. */

/**
 * Part numbers by node. A part's successors have smaller numbers, so that going up visits what a part needs before
 * the part. Linear in nodes and edges, without recursion. Tarjan, "Depth-first search and linear graph algorithms",
 * 1972.
 */
export function componentsOf(count: number, next: (node: number) => readonly number[]): Int32Array {
  const part = new Int32Array(count).fill(-1);
  const order = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const stack: number[] = [];
  let visited = 0;
  let parts = 0;
  const enter = (node: number): { node: number; next: readonly number[]; at: number } => {
    order[node] = low[node] = visited++;
    stack.push(node);
    return { node, next: next(node), at: 0 };
  };
  const leave = (node: number): void => {
    if (low[node] !== order[node]) return;
    for (let member = -1; member !== node;) {
      member = stack.pop()!;
      part[member] = parts;
    }
    parts += 1;
  };
  for (let start = 0; start < count; start += 1) {
    if (order[start] !== -1) continue;
    const trail = [enter(start)];
    for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
      const { node } = top;
      if (top.at < top.next.length) {
        const to = top.next[top.at++]!;
        if (order[to] === -1) trail.push(enter(to));
        else if (part[to] === -1) low[node] = Math.min(low[node]!, order[to]!);
        continue;
      }
      leave(node);
      trail.pop();
      const parent = trail.at(-1)?.node;
      if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[node]!);
    }
  }
  return part;
}
