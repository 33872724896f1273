/**
 * `npm run bench:peers`: this program beside a no-op libpcap loop, softflowd, nfpcapd, argus and tshark on a Debian
 * machine. Writes docs/performance.md. What is missing is named with how to install it, and left out.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { CaptureDocument } from '../../src/bench/capture-figures.ts';
import { describeMachine } from '../../src/bench/machine.ts';
import { type LiveFigures, measureLive } from './live.ts';
import { notesOf, renderPage } from './page.ts';
import { CAPTURES, type CaptureName, LIVE, PEERS } from './plan.ts';
import { runRounds, type Series, type Truth } from './rounds.ts';
import { ENDREASON, NotMeasured, ROOT, Workshop } from './workshop.ts';

const options = new Command('bench:peers')
  .option('--scale <factor>', 'captures of this share of their size, for a trial', Number, 1)
  .option('--runs <n>', 'rounds that count', Number, 5)
  .option('--limit <seconds>', 'give up a run that takes longer', Number, 600)
  .option('--folder <path>', 'where captures and programs are put', join(tmpdir(), 'endreason-peers'))
  .option('--output <file>', 'the page', join(ROOT, 'docs', 'performance.md'))
  .parse()
  .opts<{ scale: number; runs: number; limit: number; folder: string; output: string }>();

if (!(options.scale > 0 && options.scale <= 1 && options.runs >= 1 && options.limit >= 1)) {
  console.error('bench:peers: --scale goes from 0 to 1, --runs and --limit from 1 on');
  process.exit(2);
}

const workshop = new Workshop(join(options.folder, `scale-${options.scale}`), options.limit);
try {
  workshop.compile('measure', []);
  workshop.compile('noop', ['pcap']);
} catch (error) {
  console.error(`bench:peers: ${(error as Error).message}`);
  process.exit(2);
}
mkdirSync(workshop.path('nfpcapd'), { recursive: true });

const captures = new Map<CaptureName, string>();
const truths = new Map<CaptureName, Truth>();
for (const { name, workload, size, count, scaled } of CAPTURES) {
  const wanted = scaled ? Math.max(1000, Math.round(count * options.scale)) : count;
  captures.set(name, workshop.capture(`${name}.pcap`, [workload, size, String(wanted)]));
  const truth = truthOf(name);
  if (truth !== null) truths.set(name, truth);
}

const series = await runRounds(workshop, truths, options.runs);
for (const { contestant, missing } of series) {
  if (missing !== null) console.error(`left out: ${contestant.name}: ${missing}`);
}

const page = renderPage({
  machine: describeMachine(),
  versions: versions(),
  rounds: options.runs,
  scale: options.scale,
  captures,
  truths,
  series,
  live: live(),
  commandOf,
  notes: existsSync(options.output) ? notesOf(readFileSync(options.output, 'utf8')) : '',
});
writeFileSync(options.output, page);
console.error(`written: ${options.output}`);

/** Sessions and checksum of a capture; null where they cannot be had, and it is said why. */
function truthOf(name: CaptureName): Truth | null {
  console.error(`checksum of ${name}`);
  try {
    const words = ['bench', 'capture', workshop.path(`${name}.pcap`), '--runs', '1', '--json'];
    const document = JSON.parse(workshop.ask([...ENDREASON, ...words])) as CaptureDocument;
    const { packets, bytes, sessions, checksum, median } = document;
    return { packets, bytes, sessions, checksum, phaseSeconds: median.phase_seconds };
  } catch (error) {
    if (!(error instanceof NotMeasured)) throw error;
    console.error(`no checksum of ${name}: ${error.message}`);
    return null;
  }
}

function live(): LiveFigures | { readonly missing: string } {
  console.error('many live sessions');
  try {
    const many = Math.max(2 * LIVE.few, Math.round(LIVE.many * options.scale));
    return measureLive(workshop, LIVE.few, many, options.runs);
  } catch (error) {
    if (!(error instanceof NotMeasured)) throw error;
    return { missing: error.message.replace(/^endreason: /, '') };
  }
}

/** The command as a reader would type it. */
function commandOf({ contestant }: Series): string {
  const file = contestant.capture === null ? '' : workshop.path(`${contestant.capture}.pcap`);
  return contestant
    .command(file, workshop)
    .join(' ')
    .replace(ENDREASON.join(' '), 'endreason')
    .replaceAll(`${workshop.folder}/`, '');
}

function versions(): (readonly [string, string])[] {
  const debian = [...new Set(PEERS.map((each) => each.needs!.debian)), 'libpcap0.8', 'gcc'];
  const own = workshop.ask([...ENDREASON, '--version']).trim();
  return [
    ['endreason', own],
    ['node', process.version],
    ...debian.map((name) => [name, debianVersion(name)] as const),
  ];
}

function debianVersion(name: string): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is dpkg-query's own
  const words = ['-W', '-f', '${Version}', name];
  const { error, status, stdout } = spawnSync('dpkg-query', words, { encoding: 'utf8' });
  return error === undefined && status === 0 && stdout !== '' ? stdout : 'not a Debian package here';
}
