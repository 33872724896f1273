/**
 * The configuration file as interface.md has it ("The firewall configuration file"): every key that it
 * knows, every value that it takes. Messages name what is allowed; where in the file is `config.ts`'s affair.
 */
import { z } from 'zod';
import { APPLICATION_TIMER_ROWS, type ApplicationTimerField } from './application-timers.ts';
import {
  AGING_SCALING_RANGE,
  AGING_THRESHOLD_RANGE,
  MAX_SESSIONS_RANGE,
  WHEN_FULL_MODES,
  type WhenFullMode,
  type WholeRange,
} from './limits.ts';
import {
  ASYMMETRIC_PATH_MODES,
  type AsymmetricPathMode,
  CHALLENGE_ACK_MODES,
  type ChallengeAckMode,
  LOG_ELAPSED_MODES,
  type LogElapsedMode,
  NON_SYN_MODES,
  type NonSynMode,
  REUSE_REASONS,
  type ReuseReason,
} from './modes.ts';
import { APPLICATION_NAME } from './timeout-option.ts';
import { TIMEOUT_ROWS, type TimeoutName } from './timeouts.ts';
import { isNetwork, NETWORK_RULE, ZONE_NAME, ZONE_NAME_RULE } from './zones.ts';

/** Message of a part that the contract knows and this version does not apply. */
export const UNSUPPORTED = 'is not supported by this version';

/** The file as parsed and checked: keys as written, absent parts absent. */
export interface RawConfig {
  vsys?: string | undefined;
  zones?: Record<string, { interface?: string | undefined; networks?: string[] | undefined }> | undefined;
  timeouts?: Partial<Record<TimeoutName, number | undefined>> | undefined;
  applications?: Record<string, Partial<Record<ApplicationTimerField, number | undefined>>> | undefined;
  tcp?:
    | {
        'non-syn'?: NonSynMode | undefined;
        'asymmetric-path'?: AsymmetricPathMode | undefined;
        'out-of-order-limit'?: number | undefined;
        'challenge-ack'?: ChallengeAckMode | undefined;
        'strict-rst'?: boolean | undefined;
        'refresh-discard'?: boolean | undefined;
        'refresh-after-fin'?: boolean | undefined;
        'reuse-reason'?: ReuseReason | undefined;
        'unverified-rst-restore'?: boolean | undefined;
      }
    | undefined;
  'app-id'?: { 'max-packets'?: number | undefined; 'max-bytes'?: number | undefined } | undefined;
  log?: { elapsed?: LogElapsedMode | undefined } | undefined;
  limits?:
    | {
        'max-sessions'?: number | undefined;
        'when-full'?: WhenFullMode | undefined;
        'accelerated-aging'?:
          | {
              enabled?: boolean | undefined;
              threshold?: number | undefined;
              scaling?: number | undefined;
            }
          | undefined;
      }
    | undefined;
}

const flag = () => z.boolean({ error: 'give true or false' }).optional();

const text = () => z.string({ error: 'give a text' });

const oneOf = <T extends string>(values: readonly T[]) =>
  z.enum(values, { error: `allowed: ${values.join(', ')}` }).optional();

const whole = (minimum: number, maximum: number, unit: string) => {
  const error = `give whole ${unit} from ${minimum} to ${maximum}`;
  return z.int({ error }).min(minimum, { error }).max(maximum, { error }).optional();
};

const inRange = ({ minimum, maximum, unit }: WholeRange) => whole(minimum, maximum, unit);

/** Known to the contract, not applied yet: to accept it in silence would give a wrong answer. */
const NOT_YET = z.undefined({ error: UNSUPPORTED }).optional();

/** A mapping with these keys and no others; an unknown key is answered with those that this version takes. */
const section = <T extends z.core.$ZodLooseShape>(shape: T) => {
  const taken = Object.keys(shape).filter((key) => shape[key] !== NOT_YET);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown key; allowed: ${taken.join(', ')}`
        : `give a mapping of ${taken.join(', ')}`,
  });
};

const named = <T extends z.ZodType>(name: RegExp, rule: string, value: T) =>
  z.record(z.string().regex(name, { error: rule }), value, {
    error: (issue) => (issue.code === 'invalid_key' ? rule : 'give a mapping by name'),
  });

const seconds = (row: { readonly minSeconds: number; readonly maxSeconds: number }) =>
  whole(row.minSeconds, row.maxSeconds, 'seconds');

const zone = section({
  interface: text().optional(),
  networks: z
    .array(text().refine(isNetwork, { error: `no network; ${NETWORK_RULE}` }), {
      error: `give a list; ${NETWORK_RULE}`,
    })
    .optional(),
  'capture-interfaces': NOT_YET,
  vlans: NOT_YET,
});

const timers = <N extends string>(
  rows: readonly { readonly name: N; readonly minSeconds: number; readonly maxSeconds: number }[],
) => Object.fromEntries(rows.map((row) => [row.name, seconds(row)])) as Record<N, ReturnType<typeof seconds>>;

const application = section({
  ...timers(APPLICATION_TIMER_ROWS),
  ports: NOT_YET,
  pattern: NOT_YET,
});

const APPLICATION_RULE = 'an application name has letters, digits, dots, dashes and underscores';

export const configSchema: z.ZodType<RawConfig> = section({
  vsys: text().min(1, { error: 'give a name' }).optional(),
  zones: named(ZONE_NAME, ZONE_NAME_RULE, zone).optional(),
  host: NOT_YET,
  timeouts: section(timers(TIMEOUT_ROWS)).optional(),
  applications: named(APPLICATION_NAME, APPLICATION_RULE, application).optional(),
  services: NOT_YET,
  tcp: section({
    'non-syn': oneOf(NON_SYN_MODES),
    'asymmetric-path': oneOf(ASYMMETRIC_PATH_MODES),
    'out-of-order-limit': whole(1, 65_535, 'segments'),
    'challenge-ack': oneOf(CHALLENGE_ACK_MODES),
    'strict-rst': flag(),
    'refresh-discard': flag(),
    'refresh-after-fin': flag(),
    'reuse-reason': oneOf(REUSE_REASONS),
    'unverified-rst-restore': flag(),
  }).optional(),
  'app-id': section({
    'max-packets': whole(1, 1000, 'packets'),
    'max-bytes': whole(1, 65_535, 'bytes'),
  }).optional(),
  log: section({ elapsed: oneOf(LOG_ELAPSED_MODES) }).optional(),
  limits: section({
    'max-sessions': inRange(MAX_SESSIONS_RANGE),
    'when-full': oneOf(WHEN_FULL_MODES),
    'accelerated-aging': section({
      enabled: flag(),
      threshold: inRange(AGING_THRESHOLD_RANGE),
      scaling: inRange(AGING_SCALING_RANGE),
    }).optional(),
  }).optional(),
  'security-rules': NOT_YET,
  'nat-rules': NOT_YET,
  'decryption-rules': NOT_YET,
  'application-override-rules': NOT_YET,
  threats: NOT_YET,
});
