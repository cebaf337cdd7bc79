import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchFile, type Figures } from "../harness/child.ts";
import { interleave, type Trial } from "../harness/interleave.ts";
import { processColumns } from "../harness/measured.ts";
import { atMost, type Benchmark, type BenchOptions, type Target } from "../harness/report.ts";
import { Server } from "../harness/server.ts";
import { median } from "../harness/statistics.ts";

const READY = "/api/v1/admin/health/ready";

/** How a program is started on a manifest, and how one learns from its line on stdout where it listens. */
interface Program {
  readonly name: string;
  readonly file: string;
  readonly values: (manifest: string) => readonly string[];
  readonly isReady: (line: string) => boolean;
}

const programs: readonly Program[] = [
  {
    name: "bare script",
    file: "start/bare_whole_client.js",
    values: (manifest) => [manifest],
    isReady: (line) => line.startsWith('{"port":'),
  },
  {
    name: "bare script, client for files",
    file: "start/bare_file_client.js",
    values: (manifest) => [manifest],
    isReady: (line) => line.startsWith('{"port":'),
  },
  {
    name: "backplane",
    file: "../../dist/runtime/cli/backplane.js",
    values: (manifest) => ["start", manifest, "--json"],
    isReady: (line) => line.includes('"Start has settled."'),
  },
];

/** What lies in the data folder. */
const scenes = ["first start", "later start"] as const;

export const start: Benchmark = {
  name: "start",
  title: "the default manifest, from spawn to an answer of the ready route, against a bare script with its libraries",
  async run(options) {
    const manifest = await manifestOnFreePorts();
    const trials = scenes.flatMap((scene) => programs.map((program) => trial(program, scene, manifest, options)));
    const rounds = options.quick ? 1 : 11;
    const measured = await interleave(trials, { rounds, budgetMs: Infinity, progress: options.progress });
    const [bare, files, ours] = programs.map(({ name }) => name) as [string, string, string];
    return {
      tables: scenes.map((scene) =>
        measured.table(
          `Ready, ${scene}`,
          programs.map(({ name }) => cell(name, scene)),
          processColumns,
          cell(bare, scene),
        ),
      ),
      targets: scenes.flatMap((scene): readonly Target[] => {
        const memory = (name: string): readonly number[] => measured.all(cell(name, scene), "rssMb");
        const more = median(memory(ours).map((rss, round) => rss - memory(bare)[round]!));
        return [
          atMost(`${scene}: time`, measured.ratio(cell(ours, scene), cell(bare, scene), "ms"), 1.5),
          atMost(
            `${scene}: time against the one with the client for files`,
            measured.ratio(cell(ours, scene), cell(files, scene), "ms"),
            1.5,
          ),
          atMost(`${scene}: memory above the bare script's`, more, 40, " MB"),
        ];
      }),
      figures: measured.medians,
    };
  },
};

function cell(program: string, scene: string): string {
  return `${program}, ${scene}`;
}

/** config/core.yaml as it is delivered, but on ports that are free. */
async function manifestOnFreePorts(): Promise<string> {
  const text = await readFile(benchFile("../../config/core.yaml"), "utf8");
  return ["port: 8771", "# publish_port: 5555", "# subscribe_port: 5556"].reduce((changed, line) => {
    if (!changed.includes(line)) throw new Error(`config/core.yaml has no line "${line}" any more`);
    return changed.replace(line, `${/\w+: /.exec(line)![0]}0`);
  }, text);
}

function trial(program: Program, scene: (typeof scenes)[number], text: string, options: BenchOptions): Trial {
  return {
    name: cell(program.name, scene),
    async run() {
      const folder = await mkdtemp(join(tmpdir(), "backplane-bench-"));
      try {
        const manifest = join(folder, "config", "core.yaml");
        await mkdir(join(folder, "config"));
        await writeFile(manifest, text);
        const command = [options.node, benchFile(program.file), ...program.values(manifest)];
        const first = await startOnce(command, program);
        return scene === "first start" ? first : await startOnce(command, program);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function startOnce(command: readonly string[], { isReady }: Program): Promise<Figures> {
  const began = performance.now();
  let port = "";
  await using server = await Server.launch(command, (line) => {
    port = /"url":"http:[^"]*:(\d+)"|"port":(\d+)/.exec(line)?.slice(1).find(Boolean) ?? port;
    return isReady(line);
  });
  const response = await fetch(`http://127.0.0.1:${port}${READY}`, { headers: { connection: "close" } });
  if (response.status !== 200) throw new Error(`${command.join(" ")} is not ready: ${response.status}`);
  await response.arrayBuffer();
  return { ms: performance.now() - began, ...server.figures };
}
