import assert from "node:assert/strict";
import { test } from "node:test";
import { formatPlace, placeInPlugin } from "../../runtime/source_place.ts";

const ROOT = "file:///srv/app/plugins/greeter/";

test("placeInPlugin() tells the first frame in the plugin, relative to the manifest, not what it brought along", () => {
  const stack = `Error: at ${ROOT}lie.ts:1:1
    at deep (${ROOT}node_modules/x/index.js:9:9)
    at start (${ROOT}plugin.ts?again=1:5:11)
    at run (${ROOT}plugin.ts:50:1)`;
  const place = placeInPlugin({ stack }, ROOT, "/srv/app");
  assert.deepEqual(place, { file: "plugins/greeter/plugin.ts", line: 5, column: 11 });
  assert.equal(formatPlace(place), "plugins/greeter/plugin.ts:5:11");
});

test("placeInPlugin() prefers the innermost cause that has a frame there", () => {
  const cause = { stack: `Error\n    at f (${ROOT}inner.ts:2:3)` };
  const place = placeInPlugin({ stack: `Error\n    at g (${ROOT}outer.ts:1:1)`, cause }, ROOT, "/srv/app");
  assert.equal(place?.file, "plugins/greeter/inner.ts");
});

test("placeInPlugin() takes a file's name as a whole, and survives whatever was thrown", () => {
  const stack = "Error\n    at f (/srv/app/a.ts.old:1:1)";
  assert.equal(placeInPlugin({ stack }, "file:///srv/app/a.ts", "/srv/app"), undefined);
  const hostile = {
    get stack(): never {
      throw new Error("no");
    },
  };
  for (const thrown of [undefined, null, "text", hostile]) {
    assert.equal(placeInPlugin(thrown, ROOT, "/srv/app"), undefined);
  }
});
