import type { Benchmark, Report, Table, Target } from "./report.ts";

const targetColumns = ["target", "aim", "measured", ""];

function targetRow({ what, aim, measured, met }: Target): readonly string[] {
  return [what, aim, measured, met ? "met" : "missed"];
}

function allTables({ tables, targets }: Report): readonly Table[] {
  if (targets.length === 0) return tables;
  return [...tables, { title: "Targets", columns: targetColumns, rows: targets.map((target) => targetRow(target)) }];
}

/** For a terminal. */
export function showText({ name, title }: Benchmark, report: Report): string {
  const parts = allTables(report).map((table) => `${table.title}\n${alignTable(table)}`);
  return `== ${name}: ${title}\n\n${parts.join("\n\n")}\n`;
}

function alignTable({ columns, rows }: Table): string {
  return alignCells([columns, ...rows])
    .map((line) => line.join("  ").trimEnd())
    .join("\n");
}

/** For docs/benchmarks.md, laid out as the formatter lays out tables. */
export function showMarkdown(report: Report): string {
  return allTables(report)
    .map(({ title, columns, rows }) => {
      const [head, ...body] = alignCells([columns, ...rows], 3) as [readonly string[], ...(readonly string[])[]];
      const rule = head.map(({ length }, place) => (place === 0 ? "-".repeat(length) : `${"-".repeat(length - 1)}:`));
      return [`${title}:`, "", ...[head, rule, ...body].map((line) => `| ${line.join(" | ")} |`)].join("\n");
    })
    .join("\n\n");
}

/** Names to the left, figures to the right. */
function alignCells(lines: readonly (readonly string[])[], narrowest = 0): readonly (readonly string[])[] {
  const widths = lines[0]!.map((_, place) => Math.max(narrowest, ...lines.map((line) => line[place]!.length)));
  return lines.map((line) =>
    line.map((cell, place) => (place === 0 ? cell.padEnd(widths[place]!) : cell.padStart(widths[place]!))),
  );
}
