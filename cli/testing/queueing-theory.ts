/**
 * Mean times that requests wait in queues that textbooks solve, to hold simulations against.
 * Times are multiples of the mean time of service; `load` is the arrival rate times that time, below the number of workers.
 */

/** M/M/c, by Erlang's C formula. */
export function meanWaitMMc(workers: number, load: number): number {
  // Erlang's B, by its recursion, which never overflows.
  let blocking = 1;
  for (let n = 1; n <= workers; n += 1) {
    blocking = (load * blocking) / (n + load * blocking);
  }
  const busy = load / workers;
  const waiting = blocking / (1 - busy + busy * blocking);
  return waiting / (workers - load);
}

/**
 * M/D/c, exactly: one time of service later, whoever was in service has left and a Poisson number has arrived (Crommelin 1932),
 * which makes a Markov chain of the number of requests. By Little's law, the mean wait is the mean queue over the rate.
 */
export function meanWaitMDc(workers: number, load: number): number {
  const states = Math.ceil(workers + 60 / (1 - load / workers));
  const arrivals = poisson(load, states);
  let chances = new Float64Array(states).fill(0);
  chances[0] = 1;
  for (let step = 0; step < 5000; step += 1) {
    const next = new Float64Array(states);
    for (let queue = 0; queue < states; queue += 1) {
      const left = Math.max(0, queue - workers);
      for (let arrived = 0; left + arrived < states; arrived += 1) {
        next[left + arrived]! += chances[queue]! * arrivals[arrived]!;
      }
    }
    const moved = next.reduce((sum, chance, index) => sum + Math.abs(chance - chances[index]!), 0);
    chances = next;
    if (moved < 1e-10) {
      break;
    }
  }
  const queue = chances.reduce((sum, chance, n) => sum + chance * Math.max(0, n - workers), 0);
  return queue / load;
}

function poisson(mean: number, count: number): Float64Array {
  const chances = new Float64Array(count);
  chances[0] = Math.exp(-mean);
  for (let n = 1; n < count; n += 1) {
    chances[n] = (chances[n - 1]! * mean) / n;
  }
  return chances;
}
