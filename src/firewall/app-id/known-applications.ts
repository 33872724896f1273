/** The names that App-ID can give a session: for whoever names an application and may have mistyped it. */
import { ICMP_APPS, PROTOCOL_APPS, UNKNOWN_PROTOCOL_APP } from './protocols.ts';
import { DATAGRAM_SIGNATURES, STREAM_SIGNATURES } from './signatures.ts';

/** Where no signature matched (firewall-model 5). */
const UNIDENTIFIED = ['unknown-tcp', 'unknown-udp', UNKNOWN_PROTOCOL_APP];

export function knownApplications(): ReadonlySet<string> {
  return new Set([
    ...[...STREAM_SIGNATURES, ...DATAGRAM_SIGNATURES].map((row) => row.app),
    ...PROTOCOL_APPS.values(),
    ...[...ICMP_APPS.values()].map((row) => row.app),
    'ping',
    ...UNIDENTIFIED,
  ]);
}
