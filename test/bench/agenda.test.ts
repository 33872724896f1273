/** The calendar queue gives what a stable sort by time gives. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Agenda } from '../../src/bench/agenda.ts';
import { Flow } from '../../src/bench/flow.ts';

/** Some conversations are there at the start; each taken one may come back later, as often as it has gaps. */
test('conversations come in the order of their times, equal ones as they were added', () => {
  const gap = fc.oneof(
    fc.constant(0),
    fc.double({ min: 0, max: 0.01, noNaN: true }),
    fc.integer({ min: 0, max: 5 }),
  );
  fc.assert(
    fc.property(fc.array(fc.array(gap, { minLength: 1, maxLength: 6 }), { maxLength: 12 }), (talks) => {
      const agenda = new Agenda();
      const waiting: { flow: Flow; order: number; at: number }[] = [];
      let order = 0;
      const gaps = new Map<Flow, number[]>();
      const add = (flow: Flow): void => {
        agenda.add(flow);
        waiting.push({ flow, order: order++, at: flow.at });
      };
      for (const [first, ...rest] of talks) {
        const flow = new Flow(first!);
        gaps.set(flow, rest);
        add(flow);
      }
      while (waiting.length > 0) {
        waiting.sort((a, b) => a.at - b.at || a.order - b.order);
        const next = agenda.peek()!;
        expect(next).toBe(waiting.shift()!.flow);
        agenda.pop();
        const again = gaps.get(next)!.shift();
        if (again === undefined) continue;
        next.at += again;
        add(next);
      }
      expect([agenda.size, agenda.peek()]).toEqual([0, undefined]);
    }),
  );
});
