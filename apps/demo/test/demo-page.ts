import type { Locator, Page, Worker } from 'playwright-core';
import { PNG } from 'pngjs';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type Opened, type Stage, stage } from './browser';

/** Enough for a machine that is busy. */
export const soon = { timeout: 20_000 };

/** A picture file of an even grey. */
export function bytes(width: number, height: number): Buffer {
  const png = new PNG({ width, height });
  png.data.fill(200);
  return PNG.sync.write(png);
}

/** The page that a test has open, and what tests do with it. Maps are counted from 1. */
export interface DemoPage {
  readonly page: Page;
  readonly opened: Opened;
  readonly address: string;
  map(place: number): Locator;
  method(place: number): Locator;
  finding(place: number): Locator;
  /** The map has a result, of what is asked now; an error is one of the test. */
  settled(place: number): Promise<void>;
  /** The colours of a map, as a number that differs if they do. */
  pixels(place: number): Promise<number>;
  /** Opens the page with the first map there and the second, which takes longer, cancelled. */
  quiet(): Promise<void>;
  /** The photograph of this name has been looked at. */
  taken(name: string, timeout?: number): Promise<void>;
  give(name: string, buffer: Buffer): Promise<void>;
  /** Sees to it that the worker of the page that is opened next finds so many cores; more can be changed in it. Gives the worker. */
  cores(count: number, change?: () => void): Promise<Worker>;
  /** What the worker said it holds after the last result of the first map. */
  held(): Promise<{ tensors: number; bytes: number }>;
}

/** Serves the page to the tests of this block, and opens it for each. In every one: nothing is asked of anybody else, and nothing is complained about. */
export function demoPage(): DemoPage {
  let here: Stage;
  let opened: Opened;
  beforeAll(async () => {
    here = await stage();
  }, 90_000);
  afterAll(() => here.close());
  beforeEach(async () => {
    opened = await here.open();
  });
  afterEach(async () => {
    await opened.close();
    for (const url of opened.requests) expect(url).toMatch(new RegExp(`^(blob:)?${here.address}|^data:`));
    expect(opened.complaints).toEqual([]);
  });

  const map = (place: number) => opened.page.locator('article.map').nth(place - 1);
  const settled = async (place: number) => {
    const failures = opened.page.locator('.maps .row > .problem p').or(map(place).locator('.failed p'));
    await map(place).locator('.finding').or(failures).first().waitFor({ timeout: 30_000 });
    expect(await failures.allTextContents()).toEqual([]);
  };
  return {
    get page() {
      return opened.page;
    },
    get opened() {
      return opened;
    },
    get address() {
      return here.address;
    },
    map,
    method: (place) => opened.page.getByLabel(`Method of map ${place}`, { exact: true }),
    finding: (place) => map(place).locator('.finding'),
    settled,
    pixels: (place) =>
      map(place)
        .locator('canvas')
        .evaluate((canvas: HTMLCanvasElement) => {
          const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
          return data.reduce((hash, value) => (Math.imul(hash, 31) + value) | 0, 7);
        }),
    async quiet() {
      await opened.page.goto(here.address);
      await settled(1);
      await map(2).getByRole('button', { name: 'Remove map 2' }).click();
    },
    async taken(name, timeout = 15_000) {
      await opened.page.locator('.photograph').getByText(name, { exact: true }).waitFor({ timeout });
      await opened.page.locator('.photograph .frame:not(.stale)').waitFor({ timeout });
    },
    give: (name, buffer) =>
      opened.page.locator('input[type=file]').setInputFiles({ name, mimeType: 'image/png', buffer }),
    async cores(count, change = () => undefined) {
      const worker = await opened.page.waitForEvent('worker');
      await worker.evaluate((value) => {
        Object.defineProperty(navigator, 'hardwareConcurrency', { value });
      }, count);
      await worker.evaluate(change);
      return worker;
    },
    async held() {
      const { tensors, bytes } = await map(1)
        .locator('.effort')
        .evaluate((effort: HTMLElement) => ({ ...effort.dataset }));
      return { tensors: Number(tensors), bytes: Number(bytes) };
    },
  };
}
