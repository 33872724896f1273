/** Every container, cut at every byte: no packet before the cut is lost, and the cut is always told. */
import { describe, expect, test } from 'vitest';
import { readCaptureBytes } from '../../src/capture/read-bytes.ts';
import { CaptureError } from '../../src/capture/record.ts';
import { layOutCapture, type WriterOptions } from '../../src/capture/writer.ts';
import { essences, GRID, somePackets } from './samples.ts';

const PACKETS = somePackets(4);

const MORE: readonly (readonly [string, WriterOptions])[] = [
  ['RedHat 6.1', { container: 'pcap', layout: 'redhat-6.1' }],
  ['Nokia', { container: 'pcap', layout: 'nokia' }],
  ['modified', { container: 'pcap', layout: 'modified' }],
  ['SuSE 6.3', { container: 'pcap', layout: 'suse-6.3' }],
  ['version 2.0', { container: 'pcap', version: [2, 0] }],
  ['AIX', { container: 'pcap', layout: 'aix', endian: 'big' }],
  ['pcapng with extras, old blocks', { container: 'pcapng', block: 'old', extras: true }],
];

/** Where records or blocks start, and the end of the file. */
function boundaries(bytes: Uint8Array, packetOffsets: readonly number[], options: WriterOptions): number[] {
  if (options.container === 'pcap') return [0, ...packetOffsets, bytes.length];
  const view = new DataView(bytes.buffer);
  const starts = [0];
  while (starts.at(-1)! < bytes.length) {
    starts.push(starts.at(-1)! + view.getUint32(starts.at(-1)! + 4, options.endian !== 'big'));
  }
  return starts;
}

describe.each([...GRID, ...MORE])('%s', (_, options) => {
  const { bytes, packetOffsets } = layOutCapture(PACKETS, options);
  const starts = boundaries(bytes, packetOffsets, options);

  test('cut at every byte', () => {
    for (let cut = 0; cut < bytes.length; cut++) {
      const part = bytes.slice(0, cut);
      if (cut < 4) {
        expect(() => readCaptureBytes(part)).toThrow(CaptureError);
        continue;
      }
      const { file, records } = readCaptureBytes(part);
      const whole = packetOffsets.filter((offset) => starts.find((start) => start > offset)! <= cut).length;
      expect(essences(records)).toEqual(essences(PACKETS.slice(0, whole)));
      const inside = starts.filter((start) => start < cut).at(-1)!;
      const expected = starts.includes(cut) ? null : inside;
      expect(file.damage?.offset ?? null, `cut at ${cut}`).toBe(expected);
      expect(file.packets).toBe(whole);
    }
  });
});
