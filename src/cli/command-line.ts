/** A command as somebody would type it, from the words that it was given. */
import { timeoutOptionText } from '../firewall/timeout-option.ts';
import { DEFAULT_LINGER_SECONDS } from '../report/firewall-in-force.ts';
import type { CaptureWords } from './capture-words.ts';

/** For a POSIX shell: what may mean something there is quoted. */
export function shellLine(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}

/** The captures and every option that sessions depend on. */
export function captureArguments(words: CaptureWords): readonly string[] {
  const option = (name: string, value: string | null): string[] => (value === null ? [] : [name, value]);
  const flag = (name: string, given: boolean): string[] => (given ? [name] : []);
  return [
    ...words.captures,
    ...option('--config', words.config),
    ...words.timeouts.flatMap((option) => ['--timeout', timeoutOptionText(option)]),
    ...words.zones.flatMap(({ network, zone }) => ['--zone', `${network}=${zone}`]),
    ...option('--non-syn', words.nonSyn),
    ...option('--max-sessions', words.maxSessions === null ? null : String(words.maxSessions)),
    ...flag('--drain', words.drain),
    ...(words.lingerSeconds === DEFAULT_LINGER_SECONDS ? [] : ['--linger', String(words.lingerSeconds)]),
    ...flag('--verify-checksums', words.verifyChecksums),
    ...flag('--keep-duplicates', words.keepDuplicates),
    ...flag('--inspect-tunnels', words.inspectTunnels),
  ];
}
