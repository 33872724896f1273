/** What an engine tells of its work. */
import type { DecodedPacket } from '../decode/packet.ts';
import type { SessionFacts } from './facts.ts';
import type { SessionRecord } from './session-record.ts';

/** Where an engine's results go. */
export interface EngineSink {
  /** facts of a session, once they can no longer change */
  session(facts: SessionFacts): void;
  /** in its place, where there is one and the engine has records */
  record?: ((record: SessionRecord) => void) | undefined;
  /** one line for the user */
  warn(line: string): void;
  /** name of an input file by its index, for warnings */
  fileName(file: number): string;
  /** whether an input file has packets still to come */
  hasMore(file: number): boolean;
  /** told of each packet that is in no session, with the cause under which it is counted; the packet is reused */
  leftOut?(packet: Readonly<DecodedPacket>, cause: string): void;
}
