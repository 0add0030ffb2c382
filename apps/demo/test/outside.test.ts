import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { executablePath } from './browser';
import { bytes, demoPage, soon } from './demo-page';

describe.skipIf(!executablePath)('in Chromium, what comes to the page and what leaves it', { timeout: 90_000 }, () => {
  const demo = demoPage();
  const { map, method, settled, pixels, quiet, taken, give } = demo;

  test('refuses what is no picture, and keeps what it had', async () => {
    await quiet();
    const before = await pixels(1);
    const huge = bytes(4, 4);
    huge.writeUInt32BE(30_000, 16);
    huge.writeUInt32BE(30_000, 20);
    const broken = bytes(400, 300).subarray(0, 300);
    for (const [name, buffer, words] of [
      ['notes.png', Buffer.from('Dear diary, nothing happened today.'), /“notes.png”, which is not a picture/],
      ['empty.jpg', Buffer.alloc(0), /“empty.jpg”, which is empty/],
      ['huge.png', huge, /“huge.png” of 30000 × 30000 pixels/],
      ['broken.png', broken, /“broken.png”, which is damaged/],
    ] as const) {
      await give(name, buffer);
      await expect
        .poll(() => demo.page.locator('.problem').allTextContents(), soon)
        .toEqual([expect.stringMatching(words)]);
      expect(await pixels(1)).toBe(before);
    }
    await give('grey.png', bytes(640, 480));
    await demo.page.locator('.problem').waitFor({ state: 'detached' });
    await taken('grey.png');
    await settled(1);
    expect(await pixels(1)).not.toBe(before);
  });

  test('takes a photograph that is dropped, pasted or among its own', async () => {
    await quiet();
    for (const kind of ['drop', 'paste'] as const) {
      await demo.page.evaluate(
        ({ kind, data }) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([Uint8Array.from(data)], `${kind}.png`, { type: 'image/png' }));
          const event =
            kind === 'drop'
              ? new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true })
              : new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true });
          document.body.dispatchEvent(event);
        },
        { kind, data: [...bytes(300, 260)] },
      );
      await taken(`${kind}.png`);
    }
    await demo.page.getByRole('button', { name: 'the coffee' }).click();
    await demo.page.getByRole('heading', { name: 'Why “espresso”?' }).waitFor();
    await demo.page.getByRole('button', { name: 'the rocket' }).click();
    await demo.page.getByRole('heading', { name: 'Why “missile”?' }).waitFor();
    await settled(1);
  });

  test('takes a photograph at once, whatever it is at', async () => {
    await quiet();
    await method(1).selectOption('featureAblation');
    await expect.poll(() => map(1).locator('progress').getAttribute('max'), soon).toMatch(/^\d{2}$/);
    await give('other.png', bytes(300, 300));
    await taken('other.png', 4000); // not the many seconds of 64 patches
    await method(1).selectOption('saliency');
    await settled(1);
  });

  test('can connect nowhere but to its own files, nor can its workers', async () => {
    await Promise.all([demo.cores(2), quiet()]);
    await expect.poll(() => demo.page.workers().length, soon).toBe(3);
    const asked: string[] = [];
    const stranger = createServer(({ url = '' }, response) => {
      asked.push(url);
      response.setHeader('access-control-allow-origin', '*').end('welcome');
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const { port } = stranger.address() as AddressInfo; // it listens on a port
    const call = (url: string) =>
      fetch(url, { method: 'POST', body: 'a photograph' }).then(
        () => 'let through',
        () => 'refused',
      );
    const url = `http://127.0.0.1:${port}/`;
    const called = [
      demo.page.evaluate(call, `${url}page`),
      ...demo.page.workers().map((worker, i) => worker.evaluate(call, `${url}worker-${i}`)),
    ];
    expect(await Promise.all(called)).toEqual(Array(4).fill('refused'));
    expect(asked).toEqual([]);
    stranger.close();
    // The browser says that it refused; and it names the stranger among requests, which never left.
    demo.opened.complaints.splice(0);
    demo.opened.requests.splice(0);
  });

  test('says when a file cannot be saved, and saves it when that is asked for again', async () => {
    await quiet();
    await demo.page.route(/save-/, (route) => route.abort());
    const save = demo.page.getByRole('button', { name: 'Save as HTML' });
    await save.click();
    const alert = demo.page.locator('footer [role=alert]');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(
      /^Nothing was saved: a part of this page could not be loaded\. Try again/,
    );
    demo.opened.complaints.splice(0); // the browser says that a file did not come
    await demo.page.unroute(/save-/);
    const [download] = await Promise.all([demo.page.waitForEvent('download'), save.click()]);
    expect(download.suggestedFilename()).toBe('why-tiger-cat.html');
    await alert.waitFor({ state: 'detached' });
  });

  test('says when the network cannot be loaded, and tries again', async () => {
    await demo.page.route(/shard2/, (route) => route.abort());
    await demo.page.goto(demo.address);
    const alert = demo.page.locator('.maps [role=alert]');
    await alert.waitFor({ timeout: 20_000 });
    expect(await alert.textContent()).toMatch(/^\s*Got no model from .*expected the files/);
    demo.opened.complaints.splice(0); // the browser says that a file did not come
    await demo.page.unroute(/shard2/);
    await alert.getByRole('button', { name: 'Try again' }).click();
    await settled(1);
  });
});
