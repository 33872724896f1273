/**
 * What each host sent into a session that had expired. Of each side the first late packets are known
 * (session/facts.ts MOST_EVENTS); they have lengths and no sequence numbers, so that the same data was sent again is
 * likely where nothing but packets of one length came, and never certain.
 */
import type { Time } from '../../capture/time.ts';
import { TCP_FLAG } from '../../decode/packet.ts';
import { MOST_EVENTS, type SessionEvent, type SessionFacts } from '../../session/facts.ts';
import { foreignTo } from '../foreign-resets.ts';
import { keepaliveInterval, keepalivesOf, lateKeepalives, looksLikeKeepalive } from '../keepalives.ts';

export interface Aftermath {
  readonly fromClient: boolean;
  /** late packets that are known; `more`: there may be others */
  readonly packets: number;
  readonly more: boolean;
  readonly first: Time;
  /** packets with payload that are no keepalives, and their length where it is the same in all */
  readonly data: number;
  readonly dataBytes: number | null;
  /** empty, and no SYN, FIN, RST or keepalive */
  readonly acks: number;
  /** keepalives, as far as can be told, and the median of the seconds between them */
  readonly keepalives: number;
  readonly keepaliveInterval: number | null;
  readonly fin: Time | null;
  readonly rst: LateReset | null;
}

export interface LateReset {
  readonly time: Time;
  readonly ttl: number;
  /** TTLs of the side's own packets, where none is the RST's: a middlebox or the firewall sent it */
  readonly othersTtls: readonly number[] | null;
}

/** Of each side that sent anything, the first one first. */
export function aftermathOf(facts: SessionFacts): readonly Aftermath[] {
  const late = facts.events.filter(({ kind }) => kind === 'late');
  return [true, false]
    .map((fromClient) => late.filter((event) => event.fromClient === fromClient))
    .filter((own) => own.length > 0)
    .sort((a, b) => a[0]!.packet - b[0]!.packet)
    .map((own) => ofSide(facts, own));
}

function ofSide(facts: SessionFacts, own: readonly SessionEvent[]): Aftermath {
  const { fromClient, time } = own[0]!;
  const probes = keepalivesOf(facts).some((each) => each.fromClient === fromClient)
    ? lateKeepalives(facts, fromClient)
    : [];
  const others = own.filter((event) => !probes.includes(event) && (event.tcpFlags & TCP_FLAG.RST) === 0);
  const data = others.filter(({ value }) => value > 0);
  const lengths = new Set(data.map(({ value }) => value));
  const rst = own.find(({ tcpFlags }) => (tcpFlags & TCP_FLAG.RST) !== 0);
  return {
    fromClient,
    packets: own.length,
    more: own.length === MOST_EVENTS.get('late'),
    first: time,
    data: data.length,
    dataBytes: lengths.size === 1 ? data[0]!.value : null,
    acks: others.filter((event) => event.value === 0 && looksLikeKeepalive(event)).length,
    keepalives: probes.length,
    keepaliveInterval: keepaliveInterval({ fromClient, packets: probes }),
    fin: own.find(({ tcpFlags }) => (tcpFlags & TCP_FLAG.FIN) !== 0)?.time ?? null,
    rst: rst === undefined ? null : resetOf(facts, rst),
  };
}

function resetOf({ events }: SessionFacts, reset: SessionEvent): LateReset {
  return { time: reset.time, ttl: reset.ttl, othersTtls: foreignTo(events, reset) };
}
