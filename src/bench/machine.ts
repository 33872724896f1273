/** What was measured on: no figure means anything without it. */
import { availableParallelism, cpus, totalmem } from 'node:os';

export interface Machine {
  readonly node: string;
  readonly platform: string;
  /** model of the first processor, as the system names it */
  readonly processor: string;
  /** that this process may use */
  readonly cores: number;
  readonly memory_bytes: number;
}

export function describeMachine(): Machine {
  return {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory_bytes: totalmem(),
  };
}

/** `2 cores of AMD EPYC, 23.5 GiB, Node v20.20.2 on linux-x64` */
export function machineLine(machine: Machine): string {
  const memory = (machine.memory_bytes / 2 ** 30).toFixed(1);
  const cores = `${machine.cores} core${machine.cores === 1 ? '' : 's'} of ${machine.processor}`;
  return `${cores}, ${memory} GiB, Node ${machine.node} on ${machine.platform}`;
}
