/**
 * The kernel as the host sees it: its doors, what it asks, and its memory as typed arrays. Only numbers
 * cross the border. Memory grows while the kernel runs, so a view is asked for anew after every call.
 */
import { KERNEL_BASE64 } from './kernel-bytes.ts';

/** What the kernel asks of its host (assembly/host.ts says when). */
export interface KernelHost {
  slow(slot: number): number;
  clock(slot: number): void;
  payload(unit: number, session: number, slot: number, fromClient: number, kept: number): void;
  protocolApplication(protocol: number, icmpType: number): number;
  sctpTimer(chunks: number, timer: number, app: number): number;
  keepFin(unit: number, end: number): void;
  keptFin(unit: number): number;
  icmpError(unit: number, slot: number): void;
  lookInside(slot: number, id: number): void;
  drain(count: number): void;
  letGo(unit: number): void;
  forget(unit: number): void;
  letGoText(text: number): void;
}

/** Its doors (assembly/kernel.ts says what each does). Unsigned results come signed: `>>> 0`. */
export interface KernelDoors {
  readonly memory: WebAssembly.Memory;
  reset(unitBytes: number): void;
  runFile(from: number, to: number, linkType: number, most: number): number;
  isOdd(): number;
  runRecords(records: number, most: number): void;
  findQuotedSession(slot: number): number;
  lookUpInside(slot: number, parent: number): number;
  finish(drain: number): void;
  give(): void;
  sumLive(): void;
  listLive(from: number, most: number): number;
  listedLive(): number;
  address(unit: number): number;
  address6(place: number): number;
  kindOf(unit: number): number;
  courseOf(unit: number): number;
  noteFor(kind: number, unit: number, slot: number, sender: number, value: number, text: number): number;
  addTemplate(kind: number, course: number, bytes: number): number;
  templates(): number;
  writeRows(from: number, count: number): number;
  textEnd(): number;
  runRows(count: number): void;
  sweepRows(time: number): void;
  openedSessions(): number;
  packetNow(): number;
  liveSessions(): number;
  tableBytes(): number;
  memoryHasRunOut(): number;
  isWideNow(): number;
  widen(): number;
  readExpiry(unit: number): void;
  readClock(): void;
}

let compiled: WebAssembly.Module | null = null;

function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(kernelBytes());
  return compiled;
}

function kernelBytes(): Uint8Array<ArrayBuffer> {
  const text = atob(KERNEL_BASE64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}

export class Kernel {
  readonly doors: KernelDoors;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #words: Uint32Array = new Uint32Array(0);

  constructor(host: KernelHost) {
    const imports = {
      host: host as unknown as WebAssembly.ModuleImports,
      env: {
        abort: () => {
          throw new Error('the kernel has stopped');
        },
      },
    };
    this.doors = new WebAssembly.Instance(kernelModule(), imports).exports as unknown as KernelDoors;
  }

  // Memory that has grown leaves its old views with nothing: cheaper to ask than which buffer is in force.

  get bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#see();
    return this.#bytes;
  }

  get view(): DataView {
    if (this.#bytes.length === 0) this.#see();
    return this.#view;
  }

  /** Memory as 32-bit words: index by offset / 4. */
  get words(): Uint32Array {
    if (this.#words.length === 0) this.#see();
    return this.#words;
  }

  #see(): void {
    const { buffer } = this.doors.memory;
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
    this.#words = new Uint32Array(buffer);
  }
}
