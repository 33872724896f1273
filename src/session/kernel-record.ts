/** The record of one session in the kernel's memory, moved from session to session. */
import { type MutableTime, newTime, type Time } from '../capture/time.ts';
import { PROTO } from '../decode/packet.ts';
import type { Kernel } from '../kernel/instance.ts';
import * as at from '../kernel/layout.ts';
import type { SessionFacts } from './facts.ts';
import { FactsOfRecord, type RecordContext } from './kernel-session.ts';
import { fillTime } from './kernel-time.ts';
import type { SessionRecord } from './session-record.ts';

const TWO_32 = 4_294_967_296;
const NS_PER_SECOND = 1_000_000_000;

export class KernelRecord implements SessionRecord {
  kind = 0;
  course = 0;
  readonly src: Uint32Array = new Uint32Array(4);
  readonly dst: Uint32Array = new Uint32Array(4);
  readonly firstTime: MutableTime = newTime();
  readonly lastTime: MutableTime = newTime();
  readonly endTime: MutableTime = newTime();
  elapsedSeconds = 0;
  ttlSeconds = 0;
  readonly #context: RecordContext;
  readonly #kernel: Kernel;
  readonly #view: FactsOfRecord;
  /** the kernel's memory, and where in it the record begins, in words */
  #words: Uint32Array = new Uint32Array(0);
  #place = 0;
  #wide = false;
  #unit = 0;
  #now: Time = { sec: 0, nsec: 0 };
  readonly #offset: MutableTime = newTime();

  constructor(context: RecordContext) {
    this.#context = context;
    this.#kernel = context.kernel;
    this.#view = new FactsOfRecord(context);
  }

  /** Before records are looked at, whenever the kernel has run. @param now table time, for open sessions */
  begin(now: Time): void {
    this.#words = this.#kernel.words;
    this.#wide = this.#kernel.doors.isWideNow() !== 0;
    this.#now = now;
  }

  moveTo(unit: number): void {
    this.#unit = unit;
    this.#place = (this.#kernel.doors.address(unit) >>> 0) / 4;
    this.kind = this.#kernel.doors.kindOf(unit);
    this.course = this.#kernel.doors.courseOf(unit);
    this.#readAddresses();
    this.#readTimes(this.#word(at.S_FLAGS));
  }

  get id(): number {
    return this.#word(at.S_ID);
  }

  get version(): number {
    return (this.#word(at.S_KIND) & 0x100) === 0 ? 4 : 6;
  }

  get proto(): number {
    return this.#word(at.S_KIND) & 0xff;
  }

  get sport(): number {
    return this.#word(at.S_PORTS) & 0xffff;
  }

  get dport(): number {
    return this.#word(at.S_PORTS) >>> 16;
  }

  get icmpType(): number {
    const { proto } = this;
    return proto === PROTO.TCP || proto === PROTO.UDP ? -1 : this.#word(at.S_ICMP_TYPE) | 0;
  }

  get fromZone(): string | null {
    return this.#context.options.zones(this.src);
  }

  get toZone(): string | null {
    return this.#context.options.zones(this.dst);
  }

  get bytesSent(): number {
    return (this.#word(at.S_BYTES_HIGH) & 0xffff) * TWO_32 + this.#word(at.S_BYTES_LOW);
  }

  get bytesReceived(): number {
    return (this.#word(at.S_BYTES_HIGH) >>> 16) * TWO_32 + this.#word(at.S_BYTES_LOW + 4);
  }

  get packetsSent(): number {
    return this.#word(at.S_PACKETS);
  }

  get packetsReceived(): number {
    return this.#word(at.S_PACKETS + 4);
  }

  get afterEnd(): number {
    return (this.#word(at.S_FLAGS) & ENDED) === 0 ? 0 : this.#word(at.S_AFTER_END);
  }

  get parent(): number {
    return this.#wide ? this.#word(at.S_PARENT) : 0;
  }

  facts(): SessionFacts {
    return new FactsOfRecord(this.#context).of(this, this.#unit);
  }

  view(): SessionFacts {
    return this.#view.of(this, this.#unit);
  }

  #word(offset: number): number {
    return this.#words[this.#place + offset / 4]!;
  }

  #readAddresses(): void {
    const { src, dst } = this;
    if (this.version === 4) {
      src[0] = 0;
      src[1] = 0;
      src[2] = 0xffff;
      src[3] = this.#word(at.S_ADDRESSES);
      dst[0] = 0;
      dst[1] = 0;
      dst[2] = 0xffff;
      dst[3] = this.#word(at.S_ADDRESSES + 4);
      return;
    }
    const kept = this.#kernel.doors.address6(this.#word(at.S_ADDRESSES)) >>> 0;
    const { view } = this.#kernel;
    for (let word = 0; word < 4; word += 1) {
      src[word] = view.getUint32(kept + word * 4, false);
      dst[word] = view.getUint32(kept + 16 + word * 4, false);
    }
  }

  #readTimes(flags: number): void {
    const { firstTime, lastTime, endTime } = this;
    this.#readTime(at.S_FIRST, firstTime);
    this.#readTime(at.S_LAST, lastTime);
    const whole = lastTime.sec - firstTime.sec - (lastTime.nsec < firstTime.nsec ? 1 : 0);
    this.elapsedSeconds = whole < 0 ? 0 : whole;
    if ((flags & ENDED) === 0) {
      this.#kernel.doors.readExpiry(this.#unit);
      fillTime(this.#kernel, at.CONFIG + at.CONFIG_EXPIRY, endTime);
      const { sec, nsec } = this.#now;
      // rounded up to a second
      this.ttlSeconds = endTime.sec - sec + (endTime.nsec > nsec ? 1 : 0);
    } else {
      this.#readTime(at.S_END, endTime);
      this.ttlSeconds = 0;
    }
    if (this.#wide) this.#readOwnTimes(flags);
  }

  /** Where the packets' times are others than the table's. */
  #readOwnTimes(flags: number): void {
    this.#readTime(at.S_OWN_FIRST, this.firstTime);
    this.#readTime(at.S_OWN_LAST, this.lastTime);
    if ((flags & at.F_ENDED_BY_TIMER) === 0 && (flags & at.F_ENDED_BY_SYN) !== 0) {
      this.#readTime(at.S_OWN_END, this.endTime);
      return;
    }
    const { endTime } = this;
    this.#readTime(at.S_OFFSET, this.#offset);
    endTime.sec -= this.#offset.sec;
    endTime.nsec -= this.#offset.nsec;
    if (endTime.nsec >= 0) return;
    endTime.sec -= 1;
    endTime.nsec += NS_PER_SECOND;
  }

  #readTime(offset: number, into: MutableTime): void {
    fillTime(this.#kernel, this.#place * 4 + offset, into);
  }
}

const ENDED: number = at.F_ENDED_BY_TIMER | at.F_ENDED_BY_SYN;
