import { afterEach, expect, test, vi } from 'vitest';
import { type Take, taker } from './take';
import type { Event } from './update';

afterEach(() => vi.unstubAllGlobals());

const sample = { title: 'the cup', name: 'A cup', file: new URL('file:///cup.png') };
const file = new File(['pixels'], 'own.png');

/** The photographs by name, and refusals, that reach the state. */
function told(): { readonly take: Take; readonly seen: string[] } {
  const seen: string[] = [];
  const dispatch = (event: Event) => {
    if (event.kind === 'offered') seen.push(event.file.name);
    else seen.push(event.kind);
  };
  return { take: taker(dispatch), seen };
}

test('a sample is offered once it is there', async () => {
  vi.stubGlobal('fetch', async () => new Response('pixels'));
  const { take, seen } = told();
  await take.take(sample);
  expect(seen).toEqual(['A cup']);
});

test('a sample that comes after a photograph of somebody’s own does not take its place', async () => {
  let resolve = (_: Response) => {};
  const promise = new Promise<Response>((settle) => {
    resolve = settle;
  });
  vi.stubGlobal('fetch', () => promise);
  const { take, seen } = told();
  const late = take.take(sample);
  take.give(file);
  resolve(new Response('pixels'));
  await late;
  expect(seen).toEqual(['own.png']);
});

test('a sample that does not come is told of, unless something else was given meanwhile', async () => {
  vi.stubGlobal('fetch', async () => new Response('', { status: 404 }));
  const { take, seen } = told();
  await take.take(sample);
  const late = take.take(sample);
  take.give(file);
  await late;
  expect(seen).toEqual(['refused', 'own.png']);
});
