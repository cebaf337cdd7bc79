interface Node<V> {
  /** What leads here from the node above. */
  label: string;
  value: V | undefined;
  /** By the first character of their labels. */
  readonly children: Map<string, Node<V>>;
}

/**
 * Values by prefix: finds all whose key is a beginning of a text. A radix trie: a chain of nodes that does not branch
 * is one node, so ten thousand prefixes make at most twenty thousand nodes, whatever their length.
 */
export class PrefixTrie<V> {
  readonly #root: Node<V> = { label: "", value: undefined, children: new Map() };

  set(prefix: string, value: V): void {
    let node = this.#root;
    let rest = prefix;
    while (rest !== "") {
      const child = node.children.get(rest[0]!);
      if (child === undefined) {
        node.children.set(rest[0]!, { label: rest, value, children: new Map() });
        return;
      }
      const common = commonLength(child.label, rest);
      node = common === child.label.length ? child : split(node, child, common);
      rest = rest.slice(common);
    }
    node.value = value;
  }

  delete(prefix: string): void {
    const path: Node<V>[] = [this.#root];
    for (let rest = prefix; rest !== "";) {
      const child = path.at(-1)!.children.get(rest[0]!);
      if (child === undefined || !rest.startsWith(child.label)) return;
      path.push(child);
      rest = rest.slice(child.label.length);
    }
    path.at(-1)!.value = undefined;
    // What holds nothing goes, and what is then a mere link in a chain is joined to its only child.
    for (let depth = path.length - 1; depth > 0; depth -= 1) tidy(path[depth - 1]!, path[depth]!);
  }

  /** The values of all prefixes of the text, the shortest first. */
  along(text: string): V[] {
    const found: V[] = [];
    let node: Node<V> | undefined = this.#root;
    let at = 0;
    while (node !== undefined) {
      if (node.value !== undefined) found.push(node.value);
      const child: Node<V> | undefined = at < text.length ? node.children.get(text[at]!) : undefined;
      if (child === undefined || !text.startsWith(child.label, at)) break;
      at += child.label.length;
      node = child;
    }
    return found;
  }

  /** Nodes in all, the root included. */
  get size(): number {
    const count = (node: Node<V>): number => {
      let sum = 1;
      for (const child of node.children.values()) sum += count(child);
      return sum;
    };
    return count(this.#root);
  }
}

function commonLength(one: string, two: string): number {
  const end = Math.min(one.length, two.length);
  let at = 0;
  while (at < end && one[at] === two[at]) at += 1;
  return at;
}

/** Puts a node between a node and its child. @returns the new one */
function split<V>(parent: Node<V>, child: Node<V>, at: number): Node<V> {
  const middle: Node<V> = { label: child.label.slice(0, at), value: undefined, children: new Map() };
  child.label = child.label.slice(at);
  middle.children.set(child.label[0]!, child);
  parent.children.set(middle.label[0]!, middle);
  return middle;
}

function tidy<V>(parent: Node<V>, node: Node<V>): void {
  if (node.value !== undefined || node.children.size > 1) return;
  const [only] = node.children.values();
  if (only === undefined) {
    parent.children.delete(node.label[0]!);
    return;
  }
  only.label = node.label + only.label;
  parent.children.set(only.label[0]!, only);
}
