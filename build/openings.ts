/** Writes the openings of all signatures as a module (`src/firewall/app-id/openings-data.ts`, under version control). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpeningsData } from '../src/firewall/app-id/opening.ts';
import { DATAGRAM_SIGNATURES, STREAM_SIGNATURES } from '../src/firewall/app-id/signatures.ts';
import { beginsOfDatagram, beginsOfStream, openingsData, plausibleData } from './openings/data.ts';

const HEADER = `/** Written by build/openings.ts from the signatures; a test says when it is to be written again. */
import type { OpeningsData } from './opening.ts';
`;

function moduleText(name: string, { groups, least, together, rows }: OpeningsData): string {
  return `
export const ${name}: OpeningsData = {
  groups: [
${groups.map((text) => `    '${text}',\n`).join('')}  ],
  least: ${filled(least)},
  together: ${hexadecimal(together)},
  rows: [
${rows.map(([row, bits]) => `    ['${row}', ${hexadecimal(bits)}],\n`).join('')}  ],
};
`;
}

const WIDTH = 110;

/** Numbers in as few lines as the formatter makes of them. */
function filled(numbers: readonly number[]): string {
  const inOne = `[${numbers.join(', ')}]`;
  if (`  least: ${inOne},`.length <= WIDTH) return inOne;
  const lines: string[] = [];
  for (const number of numbers) {
    const longer = `${lines.at(-1) ?? ''} ${number},`;
    if (lines.length === 0 || longer.length > WIDTH) lines.push(`    ${number},`);
    else lines[lines.length - 1] = longer;
  }
  return `[\n${lines.map((line) => `${line}\n`).join('')}  ]`;
}

const hexadecimal = (value: number) => `0x${value.toString(16)}`;

writeFileSync(
  join(import.meta.dirname, '../src/firewall/app-id/openings-data.ts'),
  HEADER +
    moduleText('STREAM_OPENINGS_DATA', openingsData(STREAM_SIGNATURES, beginsOfStream)) +
    moduleText('STREAM_PLAUSIBLE_DATA', plausibleData(STREAM_SIGNATURES, beginsOfStream)) +
    moduleText('DATAGRAM_OPENINGS_DATA', openingsData(DATAGRAM_SIGNATURES, beginsOfDatagram)) +
    moduleText('DATAGRAM_PLAUSIBLE_DATA', plausibleData(DATAGRAM_SIGNATURES, beginsOfDatagram)),
);
