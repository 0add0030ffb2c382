import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { executablePath, type Opened, type Stage, screenshots, stage } from './browser';

/** Enough for a machine that is busy. */
const soon = { timeout: 20_000 };

let here: Stage;
let opened: Opened | undefined;

/** The page with its first two maps, the second of them quick. */
async function open(options: BrowserContextOptions = {}): Promise<Page> {
  opened = await here.open(options);
  const { page } = opened;
  await page.goto(here.address);
  await settled(page, 1);
  await page.getByLabel('Method of map 2').selectOption('guidedGradCam');
  await settled(page, 2);
  return page;
}

const settled = (page: Page, place: number) =>
  page
    .locator('article.map')
    .nth(place - 1)
    .locator('.finding')
    .waitFor({ timeout: 30_000 });

/** A picture of the page for people to look at. */
const keep = (page: Page, name: string) => page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });

const ways = {
  'on a wide light page': { viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  'on a wide dark page': { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
  'on a light telephone': { viewport: { width: 360, height: 740 }, colorScheme: 'light', deviceScaleFactor: 2 },
  'on a dark telephone': { viewport: { width: 360, height: 740 }, colorScheme: 'dark', deviceScaleFactor: 2 },
} as const;

describe.skipIf(!executablePath)('in Chromium, the page', { timeout: 90_000 }, () => {
  beforeAll(async () => {
    here = await stage();
  }, 90_000);
  afterAll(() => here.close());
  afterEach(async () => {
    await opened?.close();
    expect(opened?.complaints).toEqual([]);
  });

  test.each(Object.entries(ways))('has nothing that axe finds fault with, and fits, %s', async (way, options) => {
    const page = await open(options);
    const name = way.replaceAll(' ', '-');
    await keep(page, name);
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    expect(await fits()).toBe(true);
    expect(await faults(page)).toEqual([]);
    // All of it at once: four maps, settings, one that computes, one that failed, a file that is none.
    for (const method of ['integratedGradients', 'occlusion']) {
      await page.getByRole('button', { name: 'Add a method' }).click();
      await page
        .getByLabel(/^Method of map/)
        .last()
        .selectOption(method);
    }
    const window = page.getByLabel('window', { exact: true });
    await page.locator('article.map').last().getByText('Settings').click();
    await window.fill('300');
    await window.press('Enter');
    await page.locator('article.map').nth(2).getByText('Settings').click();
    await page.getByLabel('steps', { exact: true }).fill('500');
    await page.getByLabel('steps', { exact: true }).press('Enter');
    const buffer = Buffer.from('no picture');
    await page.locator('input[type=file]').setInputFiles({ name: 'notes.png', mimeType: 'image/png', buffer });
    await page.locator('.problem').waitFor({ timeout: 15_000 });
    await keep(page, `${name}-full`);
    expect(await fits()).toBe(true);
    expect(await faults(page)).toEqual([]);
  });

  test('runs every method it offers, with its settings from the schema', async () => {
    const page = await open();
    const map = page.locator('article.map').first();
    const method = page.getByLabel('Method of map 1');
    await map.getByText('Settings').click();
    const offered = await method
      .locator('option')
      .evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
    expect(offered.length).toBeGreaterThanOrEqual(15);
    const few: Record<string, readonly [label: string, value: string]> = {
      integratedGradients: ['steps', '4'],
      gradientShap: ['samples', '4'],
      occlusion: ['strides', '32 × 32 × 3'],
    };
    for (const name of offered) {
      await method.selectOption(name);
      const [label, value] = few[name] ?? [];
      if (label && value) {
        await map.getByLabel(label, { exact: true }).fill(value);
        await map.getByLabel(label, { exact: true }).press('Enter');
      }
      await map.locator('.finding, .failed').waitFor({ timeout: 30_000 });
      expect([name, ...(await map.locator('.failed p').allTextContents())]).toEqual([name]);
    }
  });

  test('can be worked by keyboard alone', async () => {
    const page = await open();
    const focused = () =>
      page.evaluate(() => {
        const at = document.activeElement as HTMLInputElement | null;
        const label = at?.labels?.[0]?.textContent ?? at?.getAttribute('aria-label') ?? at?.textContent ?? '';
        return label.replace(/\s+/g, ' ').trim();
      });
    const seen: string[] = [];
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    for (let i = 0; i < 22; i++) {
      await page.keyboard.press('Tab');
      seen.push(await focused());
    }
    expect(seen.slice(0, 20)).toEqual([
      'Choose a photograph',
      'the cat',
      'the coffee',
      'the rocket',
      expect.stringMatching(/^tiger cat/),
      'Method of map 1',
      'Remove map 1, Grad-CAM',
      'Settings of Grad-CAM',
      'Method of map 2',
      'Remove map 2, Guided Grad-CAM',
      'Settings of Guided Grad-CAM',
      'Add a method',
      'Both',
      'Opacity',
      'Colours',
      'Detail',
      'Full colour is',
      'Save as PNG',
      'Save as HTML',
      expect.anything(),
    ]);

    const reach = async (name: RegExp | string) => {
      for (let i = 0; i < 40; i++) {
        const at = await focused();
        if (typeof name === 'string' ? at === name : name.test(at)) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`Tab never reaches ${name}.`);
    };
    // Another class, by the arrow keys of a group of radio buttons.
    await reach(/^tiger cat/);
    await page.keyboard.press('ArrowDown');
    await page.getByRole('heading', { name: 'Why “Egyptian cat”?' }).waitFor();
    await settled(page, 1);
    // Settings unfold, and a switch in them asks anew.
    await reach('Settings of Grad-CAM');
    await page.keyboard.press('Enter');
    await reach('relu');
    await page.keyboard.press('Space');
    await settled(page, 1);
    expect(await page.getByLabel('relu').isChecked()).toBe(true);
    // A map is added, has the focus nearby, and is removed again; the focus is not lost.
    await reach('Add a method');
    await page.keyboard.press('Enter');
    await reach(/^Remove map 3/);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('article.map').count(), soon).toBe(2);
    expect(await page.evaluate(() => document.activeElement !== document.body)).toBe(true);
    // A long one is cancelled, with the focus on the button that asks for it again.
    await reach('Method of map 2');
    await page.keyboard.type('Integrated');
    await reach(/^Cancel/);
    await page.keyboard.press('Enter');
    await expect.poll(focused, soon).toMatch(/^Compute/);
    // What happened is told to those who do not see it.
    expect(await page.getByRole('status').textContent()).toBe('Cancelled.');
  });

  test('gives away what it shows, as a picture and as a page that needs nothing else', async () => {
    const page = await open();
    const save = async (label: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: label }).click(),
      ]);
      return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
    };
    const picture = await save('Save as PNG');
    expect(picture.name).toBe('why-tiger-cat.png');
    await writeFile(join(screenshots, 'sheet.png'), picture.bytes);
    const { width, height, data } = PNG.sync.read(picture.bytes);
    expect(width).toBeGreaterThan(3 * 448);
    expect(height).toBeGreaterThan(448);
    expect(new Set(data).size).toBeGreaterThan(200);

    const file = await save('Save as HTML');
    expect(file.name).toBe('why-tiger-cat.html');
    const html = file.bytes.toString();
    expect(html).toMatch(/^<!doctype html>/i);
    for (const words of ['tiger cat', 'Grad-CAM', 'Guided Grad-CAM', 'Chelsea, a cat']) expect(html).toContain(words);
    // Namespaces of SVG and XHTML are names, not addresses.
    expect(html.replaceAll(/xmlns(:\w+)?="[^"]*"/g, '')).not.toMatch(/(src|href)="https?:|url\(https?:|@import/);
    // It opens as it is, from a file, and asks for nothing.
    const alone = await page.context().newPage();
    const asked: string[] = [];
    alone.on('request', (request) => asked.push(request.url()));
    await alone.setContent(html);
    await keep(alone, 'report');
    expect(await alone.getByRole('heading', { level: 1 }).textContent()).toContain('tiger cat');
    expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([]);
  });
});

/** What axe finds, in a line each. Given to the page from outside, as its policy lets no other script in. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { passes, violations } = await page.evaluate(
    () => (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(), // the script has just put it there
  );
  expect(passes.length).toBeGreaterThan(20);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}
