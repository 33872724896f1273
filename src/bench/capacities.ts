/** What firewall models are published to hold, to stand beside the figures of `endreason bench table`. */

export interface Capacity {
  readonly model: string;
  readonly maxSessions: number;
  /** null where the source gives none */
  readonly newSessionsPerSecond: number | null;
  readonly source: CapacitySource;
}

export type CapacitySource = 'hardware-datasheets' | 'vm-series-limits';

export const CAPACITY_SOURCES: Readonly<Record<CapacitySource, string>> = {
  'hardware-datasheets':
    'PA-400, 1400, 3400, 5400, 7000 and 7500 series datasheets of 2026, from a public transcription (PAN-OS 12.1; 7500 on 11.1, 7000 on 11.2)',
  'vm-series-limits': 'VM-Series 10.2 documentation, "Maximum Limits Based on Memory"',
};

/** In one line, why a figure of this program is not one of theirs. */
export const NOT_THE_SAME_WORK =
  'Not the same work: a firewall also inspects content, applies policy and forwards, on its own hardware, and is measured with HTTP transactions.';

const hardware = (model: string, maxSessions: number, newSessionsPerSecond: number): Capacity => ({
  model,
  maxSessions,
  newSessionsPerSecond,
  source: 'hardware-datasheets',
});

const virtual = (gigabytes: string, maxSessions: number): Capacity => ({
  model: `VM-Series, ${gigabytes} GB`,
  maxSessions,
  newSessionsPerSecond: null,
  source: 'vm-series-limits',
});

export const CAPACITIES: readonly Capacity[] = [
  hardware('PA-410, PA-415', 64_000, 11_000),
  hardware('PA-440, PA-445', 200_000, 34_000),
  hardware('PA-450', 300_000, 48_000),
  hardware('PA-455', 300_000, 56_000),
  hardware('PA-460', 400_000, 67_000),
  hardware('PA-1410', 945_000, 100_000),
  hardware('PA-1420', 1_400_000, 140_000),
  hardware('PA-3410', 1_400_000, 145_000),
  hardware('PA-3420', 2_200_000, 220_000),
  hardware('PA-3430', 2_500_000, 240_000),
  hardware('PA-3440', 3_000_000, 268_000),
  hardware('PA-5410', 5_000_000, 270_000),
  hardware('PA-5420', 7_000_000, 370_000),
  hardware('PA-5430', 9_000_000, 380_000),
  hardware('PA-5440', 20_000_000, 390_000),
  hardware('PA-5445', 48_000_000, 449_000),
  hardware('PA-7050', 245_000_000, 4_000_000),
  hardware('PA-7080', 416_000_000, 6_000_000),
  hardware('PA-7500', 440_000_000, 7_200_000),
  virtual('4.5', 25_000),
  virtual('6.5', 200_000),
  virtual('8', 500_000),
  virtual('12', 1_000_000),
  virtual('20', 2_800_000),
  virtual('32', 5_200_000),
  virtual('64', 10_000_000),
  virtual('121-128', 14_000_000),
];
