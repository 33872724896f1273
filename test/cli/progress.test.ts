import type { Options, Params } from 'cli-progress';
import { describe, expect, test } from 'vitest';
import { progressText } from '../../src/cli/progress-bar.ts';
import { Voice } from '../../src/cli/voice.ts';
import { writeCase } from '../dsl/cases.ts';
import { MIXED } from './captures.ts';
import { runOnTerminal } from './terminal.ts';

const OPTIONS: Options = {
  barsize: 10,
  barCompleteString: '==========',
  barIncompleteString: '          ',
  barGlue: '',
};
const PARAMS: Params = {
  progress: 0.5,
  eta: 75,
  startTime: 0,
  stopTime: null,
  total: 2_000_000_000,
  value: 1_000_000_000,
  maxWidth: 80,
};
const PAYLOAD = { packets: 1_234_567, perSecond: 950.4 };

describe('the bar says', () => {
  test('bytes, packets per second, time left', () => {
    expect(progressText(OPTIONS, PARAMS, true, PAYLOAD)).toBe(
      '[=====     ] 1.0 GB of 2.0 GB  950 packets/s  1 min 15 s left',
    );
  });

  test('no time left while it is not known', () => {
    expect(progressText(OPTIONS, { ...PARAMS, eta: Number.POSITIVE_INFINITY }, true, PAYLOAD)).toMatch(
      /packets\/s$/,
    );
  });

  test('no share of an input whose size is not known', () => {
    expect(progressText(OPTIONS, PARAMS, false, PAYLOAD)).toBe('1.0 GB  1.2 M packets  950 packets/s');
  });
});

describe('standard error', () => {
  const said = (options: { quiet: boolean; verbose: boolean }): string[] => {
    const lines: string[] = [];
    const stream = { write: (text: string) => lines.push(text) };
    const voice = new Voice({ stderr: stream as never }, options);
    voice.error('e');
    voice.damage('d');
    voice.warn('w');
    voice.note('n');
    voice.summary(['s']);
    return lines.map((line) => line.trimEnd());
  };

  test.each([
    [
      { quiet: false, verbose: false },
      ['endreason: e', 'endreason: warning: d', 'endreason: warning: w', 's'],
    ],
    [{ quiet: true, verbose: false }, ['endreason: e', 'endreason: warning: d']],
    [
      { quiet: false, verbose: true },
      ['endreason: e', 'endreason: warning: d', 'endreason: warning: w', 'endreason: n', 's'],
    ],
  ])('%j', (options, lines) => {
    expect(said(options)).toEqual(lines);
  });

  test('a file name never drives the terminal', () => {
    const lines: string[] = [];
    const stderr = { write: (text: string) => lines.push(text) } as never;
    new Voice({ stderr }, { quiet: false, verbose: false }).warn('evil\u001b[2J\n.pcap');
    expect(lines).toEqual(['endreason: warning: evil\\x1b[2J\\x0a.pcap\n']);
  });

  test.each([[['--no-progress']], [['-q']], [[]]])(
    'a run that is over at once shows no bar: %j',
    async (words) => {
      const terminal = { stdoutColumns: 80, stderrColumns: 80, env: { NO_COLOR: '1' } };
      const { stderr } = await runOnTerminal([writeCase(MIXED), ...words], terminal);
      expect(stderr).not.toContain('\u001b');
    },
  );
});
