import { expect, test } from 'vitest';
import { alternate, type Clock, least, median, ratios, timed } from './measure';

/** A clock that moves only when told to. */
function fakeClock(): { clock: Clock; pass(milliseconds: number): void } {
  let time = 1000;
  const pass = (milliseconds: number) => {
    time += milliseconds;
  };
  return { clock: () => time, pass };
}

test('the time of a run is what passed on the clock while it ran, waits included', async () => {
  const { clock, pass } = fakeClock();
  const milliseconds = await timed(async () => {
    pass(3);
    await Promise.resolve();
    pass(4);
  }, clock);
  expect(milliseconds).toBe(7);
});

test('the median is the middle run, or half-way between the two in the middle, whatever their order', () => {
  expect(median([5, 1, 100])).toBe(5);
  expect(median([100, 10, 9, 1])).toBe(9.5);
  expect(median([2])).toBe(2);
  expect(median([])).toBeNaN();
});

test('the least run is the least', () => {
  expect(least([3, 2, 30])).toBe(2);
});

test('the median ratio compares within rounds, so a slow stretch of the machine cancels out', () => {
  expect(ratios([2, 200, 2], [1, 100, 1])).toEqual({ least: 2, median: 2 });
});

test('sides take turns, every other round the other way round, and warming up counts for nothing', async () => {
  const { clock, pass } = fakeClock();
  const order: string[] = [];
  const side = (name: string, durations: number[]) => async () => {
    order.push(name);
    return timed(() => pass(durations.shift() ?? 0), clock);
  };
  const runs = await alternate(
    [side('a', [50, 1, 2, 3]), side('b', [50, 10, 20, 30])],
    { warmUp: 1, atLeast: 3, atMost: 3 },
    clock,
  );
  expect(order.join('')).toBe('ab' + 'ab' + 'ba' + 'ab');
  expect(runs).toEqual([
    [1, 2, 3],
    [10, 20, 30],
  ]);
});

test('rounds end when the time is up, but not before there were enough, and never after too many', async () => {
  const { clock, pass } = fakeClock();
  const side = (duration: number) => () => timed(() => pass(duration), clock);
  const count = async (duration: number) => {
    const effort = { warmUp: 0, atLeast: 3, atMost: 10, milliseconds: 100 };
    return (await alternate([side(duration)], effort, clock))[0]?.length;
  };
  expect(await count(1000)).toBe(3);
  expect(await count(20)).toBe(5);
  expect(await count(1)).toBe(10);
});
