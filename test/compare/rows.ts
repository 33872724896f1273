/** Rows of a traffic log as the program writes it, cell by cell. */
import Papa from 'papaparse';
import { WRITTEN_FIELDS } from '../../src/trafficlog/traffic-fields.ts';

const AT: Readonly<Record<string, number>> = Object.fromEntries(
  WRITTEN_FIELDS.map(({ variable }, at) => [variable, at]),
);
const TIMES = ['receive_time', 'time_generated', 'start', 'future_use2'];

export type Cells = string[];

export const cell = (row: Cells, field: string): string => row[AT[field]!]!;
export function setCell(row: Cells, field: string, value: string | number): void {
  row[AT[field]!] = String(value);
}

export const parseLog = (text: string): Cells[] => Papa.parse<Cells>(text.trimEnd(), { header: false }).data;
export const logText = (rows: readonly Cells[]): string => `${Papa.unparse([...rows], { header: false })}\n`;

const seconds = (text: string): number =>
  Date.parse(`${text.replaceAll('/', '-').replace(' ', 'T')}Z`) / 1000;
const stamp = (time: number): string =>
  new Date(Math.floor(time) * 1000).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');

/** All times of a row moved by `move`, the high-resolution one taken out. */
export function moveTimes(row: Cells, move: (time: number) => number): void {
  for (const field of TIMES) setCell(row, field, stamp(move(seconds(cell(row, field)))));
  setCell(row, 'high_res_timestamp', '');
}

/** Seconds of a time as if the log's clock were UTC. */
export const timeOf = (row: Cells, field: string): number => seconds(cell(row, field));
export const startOf = (row: Cells): number => timeOf(row, 'start');

export function moveRow(row: Cells, by: number): Cells {
  const moved = [...row];
  for (const field of TIMES) setCell(moved, field, stamp(seconds(cell(row, field)) + by));
  if (by !== 0) setCell(moved, 'high_res_timestamp', '');
  return moved;
}
