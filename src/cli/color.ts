/** What the roles of the text views look like on a terminal. */
import { styleText } from 'node:util';
import { NO_PAINT, type Paint, type Role } from '../report/paint.ts';
import type { CliIo, TextStream } from './io.ts';

export type ColorMode = 'auto' | 'always' | 'never';
export const COLOR_MODES: readonly ColorMode[] = ['auto', 'always', 'never'];

const STYLES: Readonly<Record<Role, Parameters<typeof styleText>[0]>> = {
  heading: 'bold',
  reset: 'red',
  warning: 'yellow',
  open: 'cyan',
  quiet: 'dim',
};

/** @param stream null where results go to a file */
export function paintFor(mode: ColorMode, stream: TextStream | null, env: CliIo['env']): Paint {
  return wantsColor(mode, stream, env)
    ? (role, text) => styleText(STYLES[role], text, { validateStream: false })
    : NO_PAINT;
}

/** NO_COLOR (no-color.org) counts when it is set and not empty; `--color always` was asked for after it. */
function wantsColor(mode: ColorMode, stream: TextStream | null, env: CliIo['env']): boolean {
  if (mode !== 'auto') return mode === 'always';
  return stream?.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
