import { afterEach, expect, test, vi } from 'vitest';
import { calledIn, exclusively, insideModel, kernelRan, waitForModel } from './turns';

afterEach(() => void vi.useRealTimers());

test('what runs exclusively runs one after the other, in order, and failures keep nobody waiting', async () => {
  const log: number[] = [];
  const job = (id: number) =>
    exclusively(async () => {
      log.push(id);
      await Promise.resolve();
      log.push(id);
      if (id === 1) throw new Error('first');
      return id;
    });
  const results = await Promise.allSettled([job(1), job(2), job(3)]);
  expect(log).toEqual([1, 1, 2, 2, 3, 3]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
});

test('what is called inside a model knows it, until the model returns', async () => {
  expect(calledIn()).toBeUndefined();
  await exclusively(async () => {
    expect(calledIn()).toBeUndefined();
    insideModel(() => expect(calledIn()).toEqual({ waits: false }));
    expect(calledIn()).toBeUndefined();
  });
});

test('a call from inside a model that waits for it is an error at once, and so is one that nothing happens for', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const nested = exclusively(() => {
    const model = insideModel(async () => {
      const turn = calledIn();
      await undefined;
      return exclusively(() => Promise.resolve('never'), turn);
    });
    return waitForModel(model);
  });
  await expect(nested).rejects.toThrow(expect.objectContaining({ code: 'reentrant' }));

  const late = exclusively(() =>
    waitForModel(
      (async () => {
        await undefined;
        return exclusively(() => Promise.resolve('never'));
      })(),
    ),
  );
  const refused = expect(late).rejects.toThrow(/done nothing for 30 seconds/);
  await vi.advanceTimersByTimeAsync(31_000);
  await refused;
  expect(await exclusively(() => Promise.resolve('free'))).toBe('free');
});

test('a call from inside a model that does not wait for it has its turn afterwards', async () => {
  let later: Promise<string> | undefined;
  await exclusively(async () => {
    insideModel(() => {
      later = exclusively(() => Promise.resolve('later'), calledIn());
    });
  });
  expect(await later).toBe('later');
});

test('a model that goes on running kernels may take as long as it needs', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const slow = exclusively(() =>
    waitForModel(
      (async () => {
        for (let i = 0; i < 10; i++) {
          await new Promise((resolve) => setTimeout(resolve, 20_000));
          kernelRan();
        }
        return 'slow';
      })(),
    ),
  );
  const waiting = exclusively(() => Promise.resolve('waiting'));
  await vi.advanceTimersByTimeAsync(200_000);
  expect(await Promise.all([slow, waiting])).toEqual(['slow', 'waiting']);
});
