/** Every capture that has a truth, measured. */
import { CaptureError } from '../../src/capture/record.ts';
import { type Measurement, measureCapture } from './measure.ts';
import { capturesWithTruth, readTruth } from './truth.ts';

/** Captures that no program reads, the truth's own included, have nothing to compare. */
export async function measureAll(): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  for (const capture of capturesWithTruth()) {
    const truth = readTruth(capture);
    try {
      measurements.push(await measureCapture(capture, truth));
    } catch (error) {
      if (!(error instanceof CaptureError) || (truth.counts.packets ?? 0) > 0) throw error;
    }
  }
  return measurements;
}
