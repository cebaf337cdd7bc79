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
  const lines = [columns, ...rows];
  const widths = columns.map((_, place) => Math.max(...lines.map((line) => line[place]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, place) => (place === 0 ? cell.padEnd(widths[place]!) : cell.padStart(widths[place]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
