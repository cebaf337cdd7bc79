import { testPage } from "./page.ts";

testPage("docs/benchmarks.md", []);
