/** One name for a conversation, whichever side a program writes first. */
import { addressText, parseAddress } from '../../../src/decode/address.ts';

export type Transport = 'tcp' | 'udp';

/** What a judge calls one conversation. */
export interface Named {
  /** as `conversationName` gives it */
  readonly conversation: string;
  /** in the judge's own words */
  readonly name: string;
}

/** Everything one judge says of a capture. */
export interface Judgement {
  readonly judge: JudgeName;
  readonly named: readonly Named[];
  /** what it says without telling of which conversation, or as a guess from the port: reason -> how often */
  readonly leftOut: ReadonlyMap<string, number>;
}

export type JudgeName = 'ndpi' | 'arkime' | 'suricata' | 'zeek' | 'tshark';

/** An address as this program writes it: judges differ in how they shorten IPv6. */
function plain(address: string): string {
  const parsed = parseAddress(address);
  return parsed === null ? address : addressText(parsed.words, parsed.version);
}

/** Order-free: the end that sorts first comes first. */
export function conversationName(
  transport: Transport,
  a: string,
  aPort: number,
  b: string,
  bPort: number,
): string {
  const one = `${plain(a)} ${aPort}`;
  const other = `${plain(b)} ${bPort}`;
  return one <= other ? `${transport} ${one} ${other}` : `${transport} ${other} ${one}`;
}
