// SPDX-License-Identifier: MIT
//
// Random choices that are the same everywhere: Mulberry32.
export function generator(seed) {
  let state = seed >>> 0;
  const random = (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
  const pick = (list) => list[random(list.length)];
  const times = (limit, make) => Array.from({ length: random(limit) }, make);
  return { random, pick, times };
}
