/** The progress bar on standard error; loaded only where there is a terminal to show it. */
import cliProgress, { type Options, type Params } from 'cli-progress';
import type { CaptureInput } from '../capture/record.ts';
import type { TextStream } from './io.ts';
import type { Progress } from './progress.ts';

const UPDATE_MS = 100;
const BAR_WIDTH = 20;

/** What the bar shows beside its own counts. */
interface Payload {
  readonly packets: number;
  readonly perSecond: number;
}

/** @param begin time (`performance.now`) from which on the packets count */
export function progressBar(input: CaptureInput, stream: TextStream, begin: number): Progress {
  const total = input.totalStoredBytes;
  const bar = new cliProgress.SingleBar({
    format: (options, params, payload: Payload) =>
      progressText(options, params, total !== null, payload).slice(0, (stream.columns ?? 80) - 1),
    stream,
    barsize: BAR_WIDTH,
    barCompleteChar: '=',
    barIncompleteChar: ' ',
    clearOnComplete: true,
    etaBuffer: 50,
    linewrap: null,
    hideCursor: null,
    gracefulExit: false,
  });
  let next = begin;
  let running = false;
  return {
    tick(packets) {
      const now = performance.now();
      if (now < next) return;
      next = now + UPDATE_MS;
      const read = input.storedBytesRead();
      const payload: Payload = { packets, perSecond: (packets * 1000) / (now - begin) };
      if (running) {
        bar.update(read, payload);
      } else {
        running = true;
        bar.start(total ?? 0, read, payload);
      }
    },
    clear() {
      if (running) stream.write('\r\u001b[K');
    },
    stop() {
      if (running) bar.stop();
      running = false;
    },
  };
}

/** Bar, bytes, packets per second, time left; without bar and time left where the size is unknown. */
export function progressText(options: Options, params: Params, sizeKnown: boolean, payload: Payload): string {
  const rate = scaled(payload.perSecond, 'packets/s');
  if (!sizeKnown) return `${scaled(params.value, 'B')}  ${scaled(payload.packets, 'packets')}  ${rate}`;
  const bar = cliProgress.Format.BarFormat(Math.min(params.progress, 1), options);
  const bytes = `${scaled(params.value, 'B')} of ${scaled(params.total, 'B')}`;
  return `[${bar}] ${bytes}  ${rate}${Number.isFinite(params.eta) ? `  ${timeLeft(params.eta)}` : ''}`;
}

/** `1 min 15 s left` */
function timeLeft(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${minutes === 0 ? '' : `${minutes} min `}${Math.round(seconds % 60)} s left`;
}

const SCALES: readonly (readonly [size: number, prefix: string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** `950 packets`, `1.2 M packets`, `1.2 MB` */
function scaled(value: number, unit: string): string {
  const scale = SCALES.find(([size]) => value >= size);
  if (scale === undefined) return `${Math.round(value)} ${unit}`;
  const [size, prefix] = scale;
  return `${(value / size).toFixed(1)} ${prefix}${unit === 'B' ? '' : ' '}${unit}`;
}
