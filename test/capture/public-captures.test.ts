/** Every public capture against what tshark said of it, through both readers where both can. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Time } from '../../src/capture/time.ts';
import { fingerprint, readAll, refusal, text } from './samples.ts';

const CAPTURES = new URL('../../../shared/captures/', import.meta.url).pathname;
const present = existsSync(`${CAPTURES}truth`);
if (!present) console.log('skipped: the public captures (../shared/captures) are not here');

interface Truth {
  readonly capture: string;
  readonly file: { readonly truncated_tail: boolean };
  readonly counts: { readonly packets?: number };
  readonly time?: { readonly first: string | null; readonly last: string | null } | null;
}

/** Refused by tshark as well: versions and a link-type field that nobody defines. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'libpcap-linktype-reserved-field-not-zero.pcap': /reserved bits set in the link-type field 0x00300000/,
  'libpcap-pcap-invalid-version-1.pcap': /pcap version 1\.4/,
  'libpcap-pcapng-invalid-vers-2.pcapng': /pcapng version 1\.1/,
};

/** Where we differ from the truth file, and why we are right. */
const OURS: Readonly<Record<string, { packets?: number; first?: string; last?: string }>> = {
  // tshark 4.0 does not know these link types; tcpdump reads as many packets as we do
  'libpcap-brcm-tag-stp.pcap': { packets: 4 },
  'tcpdump-brcm-tag-prepend.pcap': { packets: 15 },
  'tcpdump-dsa-high-vid.pcap': { packets: 4 },
  'tcpdump-edsa.pcap': { packets: 10 },
  // nanoseconds of a second and more: carried here, printed as they stand (or as negative) by tshark
  'ndpi-fuzz-2021-10-13.pcap': { first: '980658803.882137472', last: '980658803.882137472' },
  'tcpdump-timestamp_invalid_nano.pcap': { first: '1418145369.999999999', last: '1418145372.147483648' },
};

const truths: Truth[] = present
  ? readdirSync(`${CAPTURES}truth`)
      .filter((name) => name.endsWith('.truth.json'))
      .map((name) => JSON.parse(readFileSync(`${CAPTURES}truth/${name}`, 'utf8')) as Truth)
      .filter((truth) => existsSync(CAPTURES + truth.capture))
  : [];

/** `0E-9` is how the truth files write zero. */
const zeroed = (time: string | null | undefined): string | undefined =>
  time === '0E-9' ? '0.000000000' : (time ?? undefined);
const shown = (time: Time | null): string | undefined => (time === null ? undefined : text(time));

describe.skipIf(!present)('public captures', () => {
  test.each(truths.map((truth) => [truth.capture, truth] as const))('%s', async (name, truth) => {
    const path = CAPTURES + name;
    const refused = REFUSED[name];
    if (refused !== undefined) {
      expect(await refusal([path])).toMatch(refused);
      return;
    }
    const read = await readAll([path]);
    const file = read.files[0]!;
    const ours = OURS[name] ?? {};
    expect(file.packets).toBe(ours.packets ?? truth.counts.packets ?? 0);
    if (ours.packets === undefined) {
      expect(shown(file.first)).toBe(ours.first ?? zeroed(truth.time?.first));
      expect(shown(file.last)).toBe(ours.last ?? zeroed(truth.time?.last));
    }
    expect(file.damage !== null).toBe(truth.file.truncated_tail);
    if (file.format !== 'pcap' || name === 'derived-ssh-redhat61.pcap') {
      expect(await refusal([path], { reader: 'pcap-parser' })).toMatch(/which pcap-parser cannot read/);
    } else {
      expect(fingerprint(await readAll([path], { reader: 'pcap-parser' }))).toBe(fingerprint(read));
    }
  });
});
