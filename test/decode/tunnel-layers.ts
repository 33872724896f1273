/** A frame with all that it carries in tunnels, and packets to put into tunnels. */
import { ZERO_TIME } from '../../src/capture/time.ts';
import { Decoder, makeDecodedPacket } from '../../src/decode/decode.ts';
import type { DecodedPacket } from '../../src/decode/packet.ts';
import { zeros } from '../dsl/bytes.ts';
import { ethernet, ipv4, ipv6, tcp, udp } from '../dsl/frame.ts';
import { packetRecord } from './decode-frame.ts';

export const INNER4: Uint8Array = ipv4(
  { src: '192.0.2.1', dst: '192.0.2.2', id: 9 },
  tcp({ flags: 'S' }, zeros(12)),
);
export const INNER6: Uint8Array = ipv6(
  { src: '2001:db8:1::1', dst: '2001:db8:1::2' },
  udp({ sport: 7, dport: 8 }, zeros(9)),
);
export const KEY4: string = '192.0.2.1[40000] > 192.0.2.2[80] 6';
export const KEY6: string = '2001:db8:1::1[7] > 2001:db8:1::2[8] 17';
export const FRAME4: Uint8Array = ethernet(INNER4);
export const FRAME6: Uint8Array = ethernet(INNER6);

/** The packets of a frame, the outer one first. */
export function layersOf(
  data: Uint8Array,
  originalLength: number = data.length,
  decoder: Decoder = newDecoder(),
): DecodedPacket[] {
  const layers = [makeDecodedPacket()];
  decoder.decode(packetRecord(101, data, originalLength), ZERO_TIME, layers[0]!);
  for (;;) {
    const inner = makeDecodedPacket();
    if (!decoder.inner(layers.at(-1)!, inner)) return layers;
    layers.push(inner);
  }
}

export const newDecoder = (verifyChecksums: boolean = true): Decoder => new Decoder({ verifyChecksums });
