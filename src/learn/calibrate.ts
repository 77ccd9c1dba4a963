/**
 * The softmax temperature that makes held-out logits most likely (Guo et al. 2017): minimises the mean of
 * −log softmax(logits / T)[target] over T. The objective is convex in 1/T; its minimum is found by golden section over
 * log T in [log 0.01, log 100].
 */
export function fitTemperature(logits: readonly Float32Array[], targets: ArrayLike<number>): number {
  const shifted = logits.map((row) => {
    const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
    return Float64Array.from(row, (v) => v - top);
  });
  const loss = (t: number): number => {
    let sum = 0;
    for (let i = 0; i < shifted.length; i++) {
      const row = shifted[i];
      let z = 0;
      for (let k = 0; k < row.length; k++) z += Math.exp(row[k] / t);
      sum += Math.log(z) - row[targets[i]] / t;
    }
    return sum;
  };
  return Math.exp(goldenSection((x) => loss(Math.exp(x)), Math.log(0.01), Math.log(100)));
}

/** Where a unimodal function is least, to 1e-4 (Kiefer 1953). */
function goldenSection(f: (x: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [from, to];
  let [c, d] = [b - ratio * (b - a), a + ratio * (b - a)];
  let [fc, fd] = [f(c), f(d)];
  while (b - a > 1e-4) {
    if (fc < fd) {
      [b, d, fd] = [d, c, fc];
      c = b - ratio * (b - a);
      fc = f(c);
    } else {
      [a, c, fc] = [c, d, fd];
      d = a + ratio * (b - a);
      fd = f(d);
    }
  }
  return (a + b) / 2;
}
