import type { Column, Measured } from "../harness/measured.ts";
import { digits, type Table } from "../harness/report.ts";

/** Something all contestants did; its trials are called `<contestant>, <scene>`. */
export interface Scene {
  readonly name: string;
  readonly columns: readonly Column[];
}

export function trialName(contestant: string, scene: string): string {
  return `${contestant}, ${scene}`;
}

/** One row for each contestant, and of each scene its figures and the ratio of the first of them to the floor's. */
export function sideBySide(
  title: string,
  measured: Measured,
  contestants: readonly string[],
  scenes: readonly Scene[],
  floor: string,
): Table {
  const cells = (contestant: string, { name, columns }: Scene): string[] => {
    const trial = trialName(contestant, name);
    const ratio = measured.ratio(trial, trialName(floor, name), columns[0]!.figure);
    const [first, ...more] = columns.map(({ figure }) => digits(measured.median(trial, figure)));
    return [first!, digits(ratio), ...more];
  };
  return {
    title,
    columns: [
      "",
      ...scenes.flatMap(({ columns: [first, ...more] }) => [first!.title, "to C", ...more.map((c) => c.title)]),
    ],
    rows: contestants.map((contestant) => [contestant, ...scenes.flatMap((scene) => cells(contestant, scene))]),
  };
}
