/** The newest `capacity` items; older ones are dropped and counted. */
export class Ring<T> {
  readonly #slots: T[] = [];
  readonly #capacity: number;
  #pushed = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get dropped(): number {
    return this.#pushed - this.#slots.length;
  }

  push(item: T): void {
    this.#slots[this.#pushed % this.#capacity] = item;
    this.#pushed += 1;
  }

  /** A copy, oldest first. */
  values(): readonly T[] {
    const oldest = this.#pushed % this.#capacity;
    if (this.dropped === 0) return this.#slots.slice();
    return [...this.#slots.slice(oldest), ...this.#slots.slice(0, oldest)];
  }
}
