/** What every server answers on the route. */
export function answer(id) {
  return { id, name: `Thing ${id}`, tags: ["one", "two", "three"], nested: { count: 3, ok: true } };
}
