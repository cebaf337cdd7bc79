/**
 * Who needs whom, the same for every contestant: for each plugin the indexes of the earlier ones it needs.
 * @param {number} count
 * @param {number} each how many earlier plugins one needs, as far as there are so many
 * @returns {number[][]}
 */
export function dependencyGraph(count, each) {
  let seed = 20_261_124;
  const below = (limit) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  return Array.from({ length: count }, (_, index) => {
    const needs = new Set();
    while (needs.size < Math.min(each, index)) needs.add(below(index));
    return [...needs];
  });
}
