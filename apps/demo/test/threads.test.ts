import { describe, expect, test } from 'vitest';
import { executablePath } from './browser';
import { demoPage, soon } from './demo-page';

/** Has the worker that this runs in count the batches that it gives away, as the name of its own. */
function counting(): void {
  let batches = 0;
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (this: Worker, message: { path?: string[] }, more?: object) {
    if (message.path?.[0] === 'rows') self.name = String(++batches);
    postMessage.call(this, message, more);
  };
}

const counted = (): number => Number(self.name);

describe.skipIf(!executablePath)('in Chromium, threads', { timeout: 90_000 }, () => {
  const demo = demoPage();
  const { map, method, finding, settled, pixels, quiet, held, cores } = demo;
  /** How many threads were there to help with a map. */
  const helped = (place: number) => map(place).locator('.effort').getAttribute('data-threads');
  const notes = (place: number) => map(place).locator('.note').allTextContents();

  /** Opens the page, whose second map takes many runs of the network. */
  const open = async (count: number, change?: () => void) => {
    const [worker] = await Promise.all([cores(count, change), demo.page.goto(demo.address)]);
    await settled(1);
    await settled(2);
    return worker;
  };

  test('evaluate what takes many runs of the network, and give the same map', async () => {
    const seen = [];
    for (const count of [1, 2]) {
      const worker = await open(count, counting);
      const [integrated, alone] = [{ pixels: await pixels(2), says: await finding(2).textContent() }, await helped(1)];
      const threads = [demo.page.workers().length - 1, await helped(2), await worker.evaluate(counted)];
      await method(2).selectOption('featureAblation');
      await settled(2);
      const ablated = { pixels: await pixels(2), says: await finding(2).textContent() };
      seen.push({
        maps: [integrated, ablated],
        alone,
        threads,
        more: await worker.evaluate(counted),
        notes: await notes(2),
      });
    }
    const [one, two] = seen;
    expect(two?.maps).toEqual(one?.maps);
    expect(one).toMatchObject({ threads: [0, '0', 0], alone: '0', more: 0, notes: [] });
    expect(two).toMatchObject({
      threads: [2, '2', expect.any(Number)],
      alone: '0',
      notes: [],
    });
    // 50 points and 65 covered photographs, by fours, but for the first of each, from which this thread learns.
    const [, , batches] = two?.threads ?? [];
    expect(batches).toBeGreaterThanOrEqual(10);
    expect(Number(two?.more) - Number(batches)).toBeGreaterThanOrEqual(10);
  });

  test('start when the first map is there, and fetch nothing anew', async () => {
    await open(2);
    expect(await helped(2)).toBe('2');
    const files = demo.opened.sent.filter(({ bytes }) => bytes > 0).map(({ url }) => url);
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((url, i) => files.indexOf(url) !== i)).toEqual([]);
    const helper = files.findIndex((url) => /helper-.*js/.test(url));
    const later = demo.opened.sent.filter(({ url }) => files.indexOf(url) >= helper);
    expect(later.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(10_000);
  });

  test('are not asked for before the first map is there', async () => {
    const shown: number[] = [];
    await demo.page.route(/helper-.*js/, async (route) => {
      shown.push(await demo.page.locator('.finding').count());
      await route.continue();
    });
    await open(2);
    expect(shown[0]).toBe(1);
  });

  test('stop with a cancel, and go on from there', async () => {
    await Promise.all([cores(2), quiet()]);
    const { tensors } = await held();
    await method(1).selectOption('integratedGradients');
    await map(1).getByText('Settings').click();
    const steps = map(1).getByLabel('steps', { exact: true });
    await steps.fill('2000');
    await steps.press('Enter');
    // Not before they have begun.
    await expect
      .poll(
        () =>
          map(1)
            .locator('progress')
            .evaluate((bar: HTMLProgressElement) => bar.value),
        soon,
      )
      .toBeGreaterThan(8);
    await map(1).getByRole('button', { name: 'Cancel' }).click();
    await map(1).getByText('Cancelled').waitFor();
    const started = performance.now();
    await method(1).selectOption('gradCam');
    await settled(1);
    expect(performance.now() - started).toBeLessThan(5000); // not the minutes of 2000 steps
    expect((await held()).tensors).toBe(tensors);
    const after = [];
    for (const count of ['20', '21']) {
      await method(1).selectOption('integratedGradients');
      await steps.fill(count);
      await steps.press('Enter');
      await settled(1);
      expect([await helped(1), await notes(1)]).toEqual(['2', []]);
      after.push((await held()).tensors);
    }
    expect(demo.page.workers()).toHaveLength(3);
    expect(after[1]).toBe(after[0]);
  });

  test('are gone without where workers have none of their own', async () => {
    await open(2, () => Reflect.deleteProperty(globalThis, 'Worker'));
    expect([await helped(2), await notes(2)]).toEqual(['0', []]);
  });

  test('are gone without if the network does not come to them', async () => {
    // What they run first takes their network away.
    await open(2, () => {
      const { createObjectURL } = URL;
      URL.createObjectURL = (blob) =>
        createObjectURL(new Blob(['globalThis.fetch = () => Promise.reject(new Error("offline"));', blob as Blob]));
    });
    expect([await helped(2), await notes(2)]).toEqual(['0', []]);
    await expect.poll(() => demo.page.workers().length, soon).toBe(1);
  });

  test('are gone without if they break down', async () => {
    await open(2, () => {
      const { createObjectURL } = URL;
      URL.createObjectURL = (blob) =>
        createObjectURL(new Blob(['setTimeout(() => { throw new Error("out of memory"); });', blob as Blob]));
    });
    expect([await helped(2), await notes(2)]).toEqual(['0', []]);
    await expect.poll(() => demo.page.workers().length, soon).toBe(1);
  });

  test.each(['abort', 'wait'] as const)('are gone without if their code does not come (%s)', async (what) => {
    await demo.page.route(/helper-.*js/, (route) => (what === 'abort' ? route.abort() : undefined));
    const worker = await open(2);
    expect([await helped(2), await notes(2)]).toEqual(['0', []]);
    expect(demo.page.workers()).toEqual([worker]);
    if (what === 'abort') demo.opened.complaints.splice(0); // the browser says that a file did not come
  });
});
