/**
 * Parts of the manual that are made from the program's own tables, so that they cannot say anything
 * else. Each is a pure function from table to markdown.
 */

import { OWN_CODES } from '../../src/compare/own-codes.ts';
import { TIMEOUT_ROWS } from '../../src/firewall/timeouts.ts';
import { RST_ROWS } from '../../src/session/rst-rows.ts';
import { SESSION_STEP_ROWS } from '../../src/session/session-states.ts';
import {
  TCP_CELL_CODES,
  TCP_CELL_REASONS,
  TCP_CLASS_COUNT,
  TCP_CLASS_NAMES,
  TCP_ORDER,
  TCP_STATE_COUNT,
  TCP_STATE_NAMES,
  type TcpCell,
  type TcpClass,
  type TcpState,
  tcpCell,
} from '../../src/session/tcp-states.ts';
import { TCP_TIMER_ROWS } from '../../src/session/tcp-timers.ts';
import { DIAGNOSES } from '../../src/verdict/diagnosis/diagnosis.ts';
import { END_REASON_ROWS } from '../../src/verdict/precedence.ts';
import { markdownTable } from './markdown.ts';

export const STATES: readonly TcpState[] = Array.from({ length: TCP_STATE_COUNT }, (_, i) => i as TcpState);
export const PACKET_CLASSES: readonly TcpClass[] = Array.from(
  { length: TCP_CLASS_COUNT },
  (_, i) => i as TcpClass,
);
const SIDES = [true, false] as const;

const sideName = (fromClient: boolean): string => (fromClient ? 'client' : 'server');

/** The transition table as aligned text, a row a side and packet class, a column a state. */
export function tcpTableText(): string {
  const width = 6;
  const head = `${''.padEnd(22)}${STATES.map((state) => TCP_CELL_CODES[state].padEnd(width)).join('')}`;
  const rows = SIDES.flatMap((fromClient) =>
    PACKET_CLASSES.map((packetClass) => {
      const cells = STATES.map((state) =>
        TCP_CELL_CODES[tcpCell(fromClient, packetClass, state)].padEnd(width),
      );
      return `${`${sideName(fromClient)} ${TCP_CLASS_NAMES[packetClass]}`.padEnd(22)}${cells.join('')}`;
    }),
  );
  const legend = STATES.map((state) => `${TCP_CELL_CODES[state]}  ${TCP_STATE_NAMES[state]}`);
  return [head, ...rows, '', ...legend].map((line) => line.trimEnd()).join('\n');
}

/** Transitions between different states as a mermaid state diagram. */
export function tcpDiagram(): string {
  const labels = new Map<string, string[]>();
  for (const fromClient of SIDES) {
    for (const packetClass of PACKET_CLASSES) {
      for (const state of STATES) {
        const cell = tcpCell(fromClient, packetClass, state);
        if (cell === state || cell === TCP_ORDER.RESTORE) continue;
        const target = cell === TCP_ORDER.REUSE ? '[*]' : name(cell);
        const edge = `${name(state)} --> ${target}`;
        const label = `${sideName(fromClient)[0]} ${TCP_CLASS_NAMES[packetClass]}`;
        labels.set(edge, [...(labels.get(edge) ?? []), label]);
      }
    }
  }
  const timers = TCP_TIMER_ROWS.map(
    (row) => `  ${name(row.state)} : ${TCP_STATE_NAMES[row.state]} (${row.timer})`,
  );
  const edges = [...labels].map(([edge, names]) => `  ${edge} : ${names.join(', ')}`);
  return ['```mermaid', 'stateDiagram-v2', '  [*] --> syn_sent : c SYN', ...timers, ...edges, '```'].join(
    '\n',
  );
}

function name(cell: TcpCell): string {
  return TCP_STATE_NAMES[cell]!.replaceAll('-', '_');
}

/** Why a surprising cell is as it is. */
export function tcpReasons(): string {
  return markdownTable(
    ['from', 'packet', 'in state', 'why'],
    TCP_CELL_REASONS.map((row) => [
      row.from,
      TCP_CLASS_NAMES[row.on]!,
      row.states.map((state) => TCP_CELL_CODES[state]).join(' '),
      row.because,
    ]),
  );
}

export function tcpTimers(): string {
  return markdownTable(
    ['state', 'timer', 'why (firewall-model)'],
    TCP_TIMER_ROWS.map((row) => [TCP_STATE_NAMES[row.state]!, row.timer, row.because]),
  );
}

export function sessionStates(): string {
  return markdownTable(
    ['what happens', 'states', 'why (firewall-model)'],
    SESSION_STEP_ROWS.map(({ step, path, because }) => [step.replace('-', ' '), path.join(' > '), because]),
  );
}

export function rstRules(): string {
  return markdownTable(
    ['a RST is', 'where'],
    RST_ROWS.map((row) => [row.gives, row.because]),
  );
}

export function timeouts(): string {
  return markdownTable(
    ['name', 'default (s)', 'range (s)', 'in force', 'PAN-OS key'],
    TIMEOUT_ROWS.map((row) => [
      `\`${row.name}\``,
      String(row.defaultSeconds),
      `${row.minSeconds}-${row.maxSeconds}`,
      row.inForce,
      row.xmlKey === null ? '' : `\`${row.xmlKey}\``,
    ]),
  );
}

const WHAT_A_CAPTURE_SAYS = {
  proves: 'proved by packets',
  candidate: 'candidate only',
  no: 'not from packets',
} as const;

export function endReasons(): string {
  return markdownTable(
    ['', 'session end reason', 'meaning', 'from a capture'],
    END_REASON_ROWS.map((row, i) => [
      row.reason === 'n/a' ? '-' : String(i + 1),
      `\`${row.reason}\``,
      row.meaning,
      WHAT_A_CAPTURE_SAYS[row.fromCapture],
    ]),
  );
}

export function compareCodes(): string {
  return markdownTable(
    ['code', 'what it says', 'firewall-model'],
    OWN_CODES.map((row) => [`\`${row.code}\``, row.meaning, row.source]),
  );
}

export function diagnosisCodes(): string {
  return markdownTable(
    ['code', 'what it says', 'firewall-model'],
    DIAGNOSES.map((row) => [`\`${row.code}\``, row.meaning, row.source]),
  );
}
