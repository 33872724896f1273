/** Why the application differs (firewall-model 5): the first row that fits tells. */
import { plural } from '../verdict/plural.ts';
import { type ExplanationRow, packetsMissing } from './situation.ts';

/** Words of App-ID for what it could not name (firewall-model 5). */
const UNNAMED: ReadonlySet<string | number> = new Set([
  'incomplete',
  'insufficient-data',
  'unknown-tcp',
  'unknown-udp',
  'unknown-p2p',
  'not-applicable',
  'non-syn-tcp',
  'undecided',
]);
/** Applications inside which App-ID names others (firewall-model 5). */
const CARRIERS: ReadonlySet<string | number> = new Set([
  'ssl',
  'web-browsing',
  'quic',
  'google-base',
  'http-proxy',
]);

export const APP_ROWS: readonly ExplanationRow[] = [
  {
    when: (s) => s.log === 'not-applicable',
    say: (s) =>
      `the firewall refused it before it looked at the application; in the capture it is ${s.capture}`,
  },
  {
    when: (s) => s.log === 'non-syn-tcp',
    say: () => 'the firewall first saw it without its SYN',
  },
  {
    when: (s) => s.capture === 'incomplete',
    say: (s) =>
      packetsMissing(s) > 0
        ? `no payload is among the packets of the session, and the log counts ${plural(packetsMissing(s), 'packet')} more: the payload that made it ${s.log} may be among them`
        : `no payload is among the packets of the session, without which it cannot be ${s.log}`,
  },
  {
    when: (s) => s.log === 'incomplete',
    say: (s) =>
      `the capture has payload${UNNAMED.has(s.capture) ? '' : ` of ${s.capture}`}, and the firewall saw none, or no complete handshake (firewall-model 5)`,
  },
  {
    harmless: true,
    when: (s) => UNNAMED.has(s.log) && UNNAMED.has(s.capture),
    say: (s) =>
      `neither side can name it: after how many packets and bytes App-ID gives up, and calls it ${s.log} and not ${s.capture}, is inferred here (firewall-model 5)`,
  },
  {
    when: (s) => UNNAMED.has(s.log),
    say: (s) =>
      `the payload in the capture is ${s.capture}; the firewall could not name it, which points to packets that it did not see or to another content version`,
  },
  {
    harmless: true,
    when: (s) => CARRIERS.has(s.capture),
    say: (s) =>
      `App-ID names what runs inside ${s.capture}; a capture shows ${s.capture} and not that it is ${s.log}`,
  },
  {
    harmless: true,
    when: (s) => related(String(s.capture), String(s.log)),
    say: (s) => `${s.log} and ${s.capture} are names of one family: content updates split and rename them`,
  },
  {
    harmless: true,
    when: (s) => UNNAMED.has(s.capture),
    say: (s) => `the signatures here do not name it (${s.capture}); App-ID knows more applications`,
  },
  {
    when: () => true,
    say: (s) =>
      `the payload in the capture is ${s.capture}; that it is ${s.log} takes an application override or another reading of it`,
  },
];

/**
 * `dns` and `dns-base`, `google-base` and `google-docs`, `ping` and `ping6`: content updates split and rename
 * (firewall-model 5). `ms-rdp` and `ms-ds-smb` are two.
 */
function related(a: string, b: string): boolean {
  const stem = (name: string): string => name.replace(/-base$/, '').replace(/v?\d+$/, '');
  const [x, y] = [stem(a), stem(b)];
  return x === y || x.startsWith(`${y}-`) || y.startsWith(`${x}-`);
}
