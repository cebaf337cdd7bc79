import type { Benchmark, Report } from "../harness/report.ts";
import { fieldOf } from "./field.ts";
import { lacksRuntimes } from "./own.ts";
import { fanOut } from "./parts/fan_out.ts";
import { idleConnections } from "./parts/idle_connections.ts";
import { oneToOne } from "./parts/one_to_one.ts";
import { roundTrips } from "./parts/round_trips.ts";
import { typed } from "./parts/typed.ts";
import { CPrograms, missingPackages } from "./toolchain.ts";

export const bus: Benchmark = {
  name: "bus",
  title: "messages from process to process through a broker on the same machine",
  obstacle() {
    const packages = missingPackages();
    if (packages.length > 0) return `install the Debian packages ${packages.join(", ")} (see .ci/packages)`;
    return lacksRuntimes() ? "run npm ci --prefix test/runtimes" : undefined;
  },
  async run(options) {
    using programs = await CPrograms.compile();
    const field = fieldOf(programs, options);
    const reports: Report[] = [];
    for (const part of [oneToOne, typed, fanOut, roundTrips, idleConnections]) reports.push(await part(field));
    return {
      tables: reports.flatMap(({ tables }) => tables),
      targets: reports.flatMap(({ targets }) => targets),
      figures: Object.assign({}, ...reports.map(({ figures }) => figures)) as Report["figures"],
    };
  },
};
