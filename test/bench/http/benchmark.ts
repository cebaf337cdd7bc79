import { benchFile, type Figures, runChild } from "../harness/child.ts";
import { interleave, type Trial } from "../harness/interleave.ts";
import type { Column, Measured } from "../harness/measured.ts";
import { atLeast, type Benchmark, type BenchOptions, type Table } from "../harness/report.ts";
import { Server } from "../harness/server.ts";

const HEALTH = "/api/v1/admin/health";
const ROUTE = "/api/v1/things/42";
const MIDDLEWARES = 5;
const programs = ["hono", "backplane", "fastify"] as const;

const columns: readonly Column[] = [
  { figure: "rate", title: "requests/s" },
  { figure: "cpuUs", title: "server CPU us each" },
  { figure: "p50Ms", title: "p50 ms" },
  { figure: "p99Ms", title: "p99 ms" },
];

/** What is asked of every server. */
const scenes = [
  { title: "The health route, the same JSON", path: HEALTH, middlewares: 0 },
  { title: "A plugin's route", path: ROUTE, middlewares: 0 },
  {
    title: `A plugin's route behind ${MIDDLEWARES} middlewares that do nothing`,
    path: ROUTE,
    middlewares: MIDDLEWARES,
  },
];

export const http: Benchmark = {
  name: "http",
  title: "GET over 32 kept connections, server and client each a process on the same machine",
  async run(options) {
    await using servers = await Servers.launch(options);
    const milliseconds = options.quick ? 100 : 1_000;
    const trials = scenes.flatMap((_, scene) =>
      programs.map((program) => trial(servers, program, scene, milliseconds, options)),
    );
    // The first round is not counted: it only warms the servers up.
    await interleave(trials, { rounds: 1, budgetMs: Infinity, progress: options.progress });
    const rounds = options.quick ? 1 : 9;
    const measured = await interleave(trials, { rounds, budgetMs: Infinity, progress: options.progress });
    return {
      tables: scenes.map(({ title }, scene) => table(measured, title, scene)),
      targets: [
        atLeast("health route against bare Hono", measured.ratio(cell("backplane", 0), cell("hono", 0), "rate"), 0.8),
      ],
      figures: measured.medians,
    };
  },
};

function cell(program: string, scene: number): string {
  return `${program} ${scene}`;
}

function trial(servers: Servers, program: string, scene: number, milliseconds: number, { node }: BenchOptions): Trial {
  const { path, middlewares } = scenes[scene]!;
  const server = servers.of(program, middlewares);
  return {
    name: cell(program, scene),
    async run(): Promise<Figures> {
      const before = server.figures["cpuMs"]!;
      const command = [node, benchFile("http/load.js"), String(server.port), path, String(milliseconds)];
      const figures = await runChild(command, 30_000 + milliseconds);
      if (figures === undefined) throw new Error(`${program} did not answer in time`);
      return { ...figures, cpuUs: ((server.figures["cpuMs"]! - before) * 1_000) / figures["answered"]! };
    },
  };
}

function table(measured: Measured, title: string, scene: number): Table {
  const trials = programs.map((program) => cell(program, scene));
  const { rows, ...rest } = measured.table(title, trials, columns, cell("hono", scene));
  return {
    ...rest,
    columns: ["", ...columns.map((column) => column.title), "to hono"],
    rows: rows.map((row, place) => [programs[place]!, ...row.slice(1)]),
  };
}

/** Every program with and without middlewares, each in a process of its own. */
class Servers implements AsyncDisposable {
  readonly #servers: ReadonlyMap<string, Server>;

  private constructor(servers: ReadonlyMap<string, Server>) {
    this.#servers = servers;
  }

  static async launch({ node }: BenchOptions): Promise<Servers> {
    const servers = new Map<string, Server>();
    const launch = async (program: string, middlewares: number, ...values: string[]): Promise<Server> => {
      const server = await Server.onPort([node, benchFile(`http/${program}.js`), String(middlewares), ...values]);
      servers.set(`${program} ${middlewares}`, server);
      return server;
    };
    const first = await launch("backplane", 0);
    const health = await (await fetch(`http://127.0.0.1:${first.port}${HEALTH}`)).text();
    await launch("backplane", MIDDLEWARES);
    for (const middlewares of [0, MIDDLEWARES]) {
      await launch("hono", middlewares, health);
      await launch("fastify", middlewares, health);
    }
    return new Servers(servers);
  }

  of(program: string, middlewares: number): Server {
    return this.#servers.get(`${program} ${middlewares}`)!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers.values()) await server[Symbol.asyncDispose]();
  }
}
