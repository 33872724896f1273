/** The rows of traffic logs as columns: plain arrays, which may be handed from one thread to another. */
import { asSeconds } from '../capture/time.ts';
import { type LogRow, type TcpCounters, translatedAddress } from '../trafficlog/log-row.ts';
import { type LogZone, resolveTime } from '../trafficlog/log-zone.ts';
import { AddressBook, type AddressData } from './address-book.ts';
import { doubles, integers, naturals, Texts } from './column.ts';

/**
 * NaN, or -1 for a port, where the log does not say. Texts are numbers into `texts`, 0 where it does not say;
 * addresses are numbers into `addresses`, -1 where nothing is translated.
 */
export interface RowData {
  readonly count: number;
  readonly file: Uint32Array;
  readonly line: Uint32Array;
  readonly device: Uint32Array;
  /** 1 where the times are absolute, 0 where they are of the device's wall clock as if that were UTC */
  readonly absolute: Uint32Array;
  /** seconds */
  readonly start: Float64Array;
  readonly generated: Float64Array;
  /** seconds after which the device's clock shows this time again, where it is in the first of two passes or may be in the second */
  readonly startAgain: Uint32Array;
  readonly generatedAgain: Uint32Array;
  readonly elapsed: Float64Array;
  readonly subtype: Uint32Array;
  readonly src: Int32Array;
  readonly dst: Int32Array;
  readonly sport: Int32Array;
  readonly dport: Int32Array;
  readonly natsrc: Int32Array;
  readonly natdst: Int32Array;
  readonly natsport: Int32Array;
  readonly natdport: Int32Array;
  readonly proto: Uint32Array;
  readonly app: Uint32Array;
  readonly rule: Uint32Array;
  readonly action: Uint32Array;
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly sessionId: Float64Array;
  readonly repeatCount: Float64Array;
  readonly stage: Uint32Array;
  readonly reason: Uint32Array;
  readonly bytesSent: Float64Array;
  readonly bytesReceived: Float64Array;
  readonly packetsSent: Float64Array;
  readonly packetsReceived: Float64Array;
  readonly texts: readonly (string | null)[];
  readonly addresses: AddressData;
  /** of PAN-OS 12, by row */
  readonly tcp: ReadonlyMap<number, TcpCounters>;
}

const orNaN = (value: number | null): number => value ?? Number.NaN;
const orNone = (value: number | null): number => value ?? -1;

export class RowStore {
  readonly #zone: LogZone | null;
  readonly #texts = new Texts();
  readonly #addresses = new AddressBook();
  readonly #fields = {
    device: this.#texts.field(),
    subtype: this.#texts.field(),
    proto: this.#texts.field(),
    app: this.#texts.field(),
    rule: this.#texts.field(),
    action: this.#texts.field(),
    from: this.#texts.field(),
    to: this.#texts.field(),
    stage: this.#texts.field(),
    reason: this.#texts.field(),
  };
  readonly #tcp = new Map<number, TcpCounters>();
  #count = 0;
  readonly #numbers = {
    file: naturals(),
    line: naturals(),
    device: naturals(),
    absolute: naturals(),
    start: doubles(),
    generated: doubles(),
    startAgain: naturals(),
    generatedAgain: naturals(),
    elapsed: doubles(),
    subtype: naturals(),
    src: integers(),
    dst: integers(),
    sport: integers(),
    dport: integers(),
    natsrc: integers(),
    natdst: integers(),
    natsport: integers(),
    natdport: integers(),
    proto: naturals(),
    app: naturals(),
    rule: naturals(),
    action: naturals(),
    from: naturals(),
    to: naturals(),
    sessionId: doubles(),
    repeatCount: doubles(),
    stage: naturals(),
    reason: naturals(),
    bytesSent: doubles(),
    bytesReceived: doubles(),
    packetsSent: doubles(),
    packetsReceived: doubles(),
  };

  /** @param zone of the device, where the user names it */
  constructor(zone: LogZone | null) {
    this.#zone = zone;
  }

  take(row: LogRow): void {
    const to = this.#numbers;
    const texts = this.#fields;
    const addresses = this.#addresses;
    const at = this.#count;
    if (at === to.file.cells.length) for (const column of Object.values(to)) column.grow();
    this.#count = at + 1;
    if (row.tcp !== null) this.#tcp.set(at, row.tcp);
    to.file.cells[at] = row.file;
    to.line.cells[at] = row.line;
    to.device.cells[at] = texts.device(row.device);
    to.absolute.cells[at] = this.#zone !== null || row.utcOffset !== null ? 1 : 0;
    to.start.cells[at] = this.#time(row.start, row);
    to.generated.cells[at] = this.#time(row.generated ?? row.receive, row);
    to.startAgain.cells[at] = this.#again(row.start, row);
    to.generatedAgain.cells[at] = this.#again(row.generated ?? row.receive, row);
    to.elapsed.cells[at] = orNaN(row.elapsed);
    to.subtype.cells[at] = texts.subtype(row.subtype);
    to.src.cells[at] = addresses.idOfText(row.src);
    to.dst.cells[at] = addresses.idOfText(row.dst);
    to.sport.cells[at] = orNone(row.sport);
    to.dport.cells[at] = orNone(row.dport);
    to.natsrc.cells[at] = this.#translated(row.natsrc);
    to.natdst.cells[at] = this.#translated(row.natdst);
    to.natsport.cells[at] = orNone(row.natsport);
    to.natdport.cells[at] = orNone(row.natdport);
    to.proto.cells[at] = texts.proto(row.proto);
    to.app.cells[at] = texts.app(row.app);
    to.rule.cells[at] = texts.rule(row.rule);
    to.action.cells[at] = texts.action(row.action);
    to.from.cells[at] = texts.from(row.from);
    to.to.cells[at] = texts.to(row.to);
    to.sessionId.cells[at] = orNaN(row.sessionId);
    to.repeatCount.cells[at] = orNaN(row.repeatCount);
    to.stage.cells[at] = texts.stage(row.trackerStage);
    to.reason.cells[at] = texts.reason(row.endReason);
    to.bytesSent.cells[at] = orNaN(row.bytesSent);
    to.bytesReceived.cells[at] = orNaN(row.bytesReceived);
    to.packetsSent.cells[at] = orNaN(row.packetsSent);
    to.packetsReceived.cells[at] = orNaN(row.packetsReceived);
  }

  data(): RowData {
    const used = Object.fromEntries(
      Object.entries(this.#numbers).map(([name, { cells }]) => [name, cells.subarray(0, this.#count)]),
    );
    return {
      count: this.#count,
      texts: this.#texts.list,
      addresses: this.#addresses.data(),
      tcp: this.#tcp,
      ...used,
    } as unknown as RowData;
  }

  #translated(address: string | null): number {
    const translated = translatedAddress(address);
    return translated === null ? -1 : this.#addresses.idOfText(translated);
  }

  /** A row that tells its own offset leaves no doubt. */
  #again(wall: number | null, row: LogRow): number {
    return this.#zone === null || wall === null || row.utcOffset !== null ? 0 : this.#zone.repeatAt(wall);
  }

  #time(wall: number | null, row: LogRow): number {
    if (wall === null) return Number.NaN;
    const zone = this.#zone;
    if (zone === null) return row.utcOffset === null ? wall : wall - row.utcOffset;
    return asSeconds(resolveTime(wall, row, zone)!);
  }
}
