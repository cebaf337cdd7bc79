import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PrefixTrie } from "../../../../plugins/message_bus/zmtp/prefix_trie.ts";

const word = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 6 });
const change = fc.record({ prefix: word, active: fc.boolean() });

test("along() finds the values of all prefixes of a text, the shortest first", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), fc.array(word, { maxLength: 10 }), (changes, texts) => {
      const trie = new PrefixTrie<string>();
      const plain = new Set<string>();
      for (const { prefix, active } of changes) {
        if (active) {
          trie.set(prefix, prefix);
          plain.add(prefix);
        } else {
          trie.delete(prefix);
          plain.delete(prefix);
        }
        for (const text of texts) {
          const all = Array.from(plain).filter((known) => text.startsWith(known));
          assert.deepEqual(
            trie.along(text),
            all.toSorted((a, b) => a.length - b.length),
          );
        }
      }
    }),
  );
});

test("what is deleted leaves no nodes behind", () => {
  fc.assert(
    fc.property(fc.uniqueArray(word, { maxLength: 20 }), fc.array(word, { maxLength: 5 }), (prefixes, kept) => {
      const trie = new PrefixTrie<true>();
      for (const prefix of kept) trie.set(prefix, true);
      const before = trie.size;
      for (const prefix of prefixes) trie.set(prefix, true);
      for (const prefix of prefixes) if (!kept.includes(prefix)) trie.delete(prefix);
      assert.equal(trie.size, before);
    }),
  );
});

test("a chain that does not branch is one node", () => {
  const trie = new PrefixTrie<true>();
  for (let index = 0; index < 1_000; index += 1) trie.set(`${"long.".repeat(40)}${index}`, true);
  assert.ok(trie.size <= 2_000, `${trie.size} nodes`);
});

test("a prefix that was never set is deleted without harm", () => {
  const trie = new PrefixTrie<number>();
  trie.set("abc", 1);
  for (const prefix of ["ab", "abcd", "b", ""]) trie.delete(prefix);
  assert.deepEqual(trie.along("abcd"), [1]);
});
